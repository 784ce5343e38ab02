# Sourced by scripts/start and scripts/test, with the top of the repository as the working directory: sets BUN to Bun at
# the pinned version and installs the packages of bun.lock. Needs npm only when that Bun is not installed yet.

fail() {
  echo "$1" >&2
  exit 1
}

# Runs a command quietly. When it fails: one line that says what it was for, and why.
quietly() {
  purpose=$1
  shift
  failed=
  output=$("$@" 2>&1) || failed=yes
  # npm only warns of files that it could not write.
  case $output in
    *ENOSPC* | *'No space left'* | *'Disk quota'*) fail 'The disk is full. Free some space and start again.' ;;
  esac
  [ -z "$failed" ] || fail "$purpose failed: $(printf '%s\n' "$output" | grep -v '^$' | tail -n 1)"
}

system=$(uname -s)
machine=$(uname -m)
case $system-$machine in
  Linux-x86_64) platform=linux-x64 ;;
  Linux-aarch64 | Linux-arm64) platform=linux-aarch64 ;;
  Darwin-x86_64) platform=darwin-x64 ;;
  Darwin-arm64) platform=darwin-aarch64 ;;
  *) fail "TaskMate runs on Linux and macOS with a 64-bit x86 or ARM processor, not on $system $machine. Use Docker: docker compose up." ;;
esac
[ "$(getconf LONG_BIT)" = 64 ] || fail 'TaskMate needs a 64-bit system; this one is 32-bit. Use Docker on another: docker compose up.'
if [ "$system" = Linux ] && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
  fail 'TaskMate needs a Linux with glibc; this one (Alpine?) has musl. Use Docker: docker compose up.'
fi
# The ordinary x64 build of Bun needs AVX2.
case $platform in
  linux-x64) grep -q avx2 /proc/cpuinfo || platform=$platform-baseline ;;
  darwin-x64) sysctl -n machdep.cpu.leaf7_features 2>/dev/null | grep -q AVX2 || platform=$platform-baseline ;;
esac

version=$(sed -n 's/.*"packageManager": "bun@\([^"]*\)".*/\1/p' package.json)
BUN=$(command -v bun || true)
if [ "$("${BUN:-false}" --version 2>/dev/null)" != "$version" ]; then
  # The package `bun` chooses its program in a postinstall script, which npm may block; its platform package holds it.
  BUN=$PWD/.taskmate/bun-$version/node_modules/@oven/bun-$platform/bin/bun
  if [ "$("$BUN" --version 2>/dev/null)" != "$version" ]; then
    command -v npm >/dev/null || fail "TaskMate needs Node.js with npm, or Bun $version. Install one of them and start again."
    echo "Installing Bun $version"
    rm -rf ".taskmate/bun-$version" # what an interrupted attempt left
    mkdir -p ".taskmate/bun-$version" 2>/dev/null || fail "This user may not write here ($PWD)."
    quietly 'Installing Bun' npm install --prefix ".taskmate/bun-$version" --no-save --no-package-lock --no-audit --no-fund \
      --ignore-scripts --loglevel=warn "@oven/bun-$platform@$version"
    [ "$("$BUN" --version 2>/dev/null)" = "$version" ] || fail "Bun $version does not run on this machine."
  fi
fi

# A copy of what says what to install lies with what it installed.
if ! cat bun.lock patches/* | cmp -s - node_modules/.bun.lock; then
  echo 'Installing packages'
  quietly 'Installing the packages' "$BUN" install --frozen-lockfile
  cat bun.lock patches/* >node_modules/.bun.lock
fi
