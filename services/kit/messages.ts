/**
 * The sentences of errors, for people, by code and language. A code never changes its meaning; a sentence may.
 * `{name}` is filled from the problem's parameters. `satisfies` keeps the two languages complete.
 */
const en = {
  bad_request: {
    title: 'The request could not be read',
    detail: 'The request is malformed. Check its form and try again.',
  },
  invalid_json: { title: 'Not valid JSON', detail: 'The body is not valid JSON: {reason}' },
  invalid_encoding: { title: 'Not valid UTF-8', detail: 'The request contains bytes that are not UTF-8.' },
  unauthenticated: {
    title: 'Please sign in',
    detail: 'This needs a signed-in person. Sign in and try again.',
  },
  wrong_credentials: {
    title: 'Email or password is wrong',
    detail: 'The email and the password do not belong together. Check both and try again.',
  },
  forbidden: {
    title: 'Your role does not allow this',
    detail:
      'You can see this, but your role in the project does not allow the change. Ask an admin of the project.',
  },
  not_found: { title: 'Not found', detail: 'It does not exist, or you have no access to it.' },
  method_not_allowed: { title: 'Method not allowed', detail: 'This address does not take that method.' },
  conflict: { title: 'It already exists', detail: 'Something with these values already exists.' },
  email_taken: {
    title: 'This email is in use',
    detail: 'Somebody signed up with this email already. Sign in instead, or use another one.',
  },
  last_admin: {
    title: 'A project needs an admin',
    detail: 'This is the last admin of the project. Make somebody else an admin first.',
  },
  status_in_use: { title: 'The status still has tasks', detail: 'Move its tasks to another status first.' },
  stale: {
    title: 'Somebody changed this meanwhile',
    detail: 'It changed after you opened it. Nothing was overwritten; the current state is in this answer.',
  },
  precondition_required: {
    title: 'If-Match is required',
    detail: "Send the ETag of the last read as If-Match, so that nobody's edit is overwritten.",
  },
  bad_if_match: {
    title: 'If-Match is not an ETag from here',
    detail: 'Send one ETag as If-Match, in double quotes as it was read, such as "7". * is not taken.',
  },
  idempotency_key_reused: {
    title: 'This key was used for something else',
    detail: 'The Idempotency-Key was used with another request. Use a new key.',
  },
  too_large: { title: 'Too large', detail: 'The body is larger than the {limit} that are allowed here.' },
  unsupported_media_type: { title: 'Unsupported content type', detail: 'Send the body as {expected}.' },
  range_not_satisfiable: { title: 'Range not satisfiable', detail: 'The file has no bytes in that range.' },
  validation_failed: {
    title: 'Something needs correcting',
    detail: 'Some fields are not right. Nothing was saved.',
  },
  not_a_trello_board: {
    title: 'Not a Trello board',
    detail:
      'The file is not the JSON export of a Trello board. In Trello choose Print, export, and share, then Export as JSON.',
  },
  too_many_requests: { title: 'Too many tries', detail: 'Wait {seconds} seconds and try again.' },
  internal: {
    title: 'Something went wrong on our side',
    detail: 'Nothing was changed. Try again; if it stays, tell your operator the request id.',
  },
  unavailable: {
    title: 'Not available right now',
    detail: 'A part of TaskMate is not reachable. Try again in a moment; nothing is lost.',
  },
  storage_full: {
    title: 'No space left',
    detail: 'The store has no space left for this file. Tell your operator.',
  },
}

const enFields = {
  required: 'This is needed.',
  unexpected: 'This field is not known here.',
  wrong_type: 'This has the wrong type.',
  invalid: 'This value is not valid.',
  too_short: 'Use at least {min} characters.',
  too_long: 'Use at most {max} characters.',
  too_small: 'Use {min} or more.',
  too_big: 'Use {max} or less.',
  too_many: 'Use at most {max} items.',
  too_few: 'Use at least {min} items.',
  not_an_email: 'Use an email address, such as mina@example.com.',
  not_an_id: 'This is not a valid id.',
  not_a_day: 'Use a day such as 2026-12-31.',
  not_an_instant: 'Use an instant such as 2026-12-31T09:00:00Z.',
  not_a_zone: 'Use an IANA time zone such as Asia/Seoul.',
  not_a_url: 'Use an address that starts with http:// or https://.',
  not_one_of: 'Use one of: {values}.',
  blank: 'This cannot be empty.',
  common_password: 'This password is too easy to guess.',
  wrong_password: 'The password is not right.',
  not_in_project: 'This does not belong to the project.',
  taken: 'This is already in use.',
  bad_cursor: 'This cursor does not come from here. Start from the first page.',
  bad_pattern: 'This does not have the expected form.',
  has_null_character: 'Remove the null character.',
}

const ko = {
  bad_request: {
    title: '요청을 읽을 수 없어요',
    detail: '요청 형식이 올바르지 않아요. 형식을 확인하고 다시 시도해 주세요.',
  },
  invalid_json: { title: '올바른 JSON이 아니에요', detail: '본문이 올바른 JSON이 아니에요: {reason}' },
  invalid_encoding: { title: '올바른 UTF-8이 아니에요', detail: '요청에 UTF-8이 아닌 바이트가 있어요.' },
  unauthenticated: { title: '로그인이 필요해요', detail: '로그인한 뒤 다시 시도해 주세요.' },
  wrong_credentials: {
    title: '이메일이나 비밀번호가 맞지 않아요',
    detail: '이메일과 비밀번호를 확인하고 다시 시도해 주세요.',
  },
  forbidden: {
    title: '권한이 없어요',
    detail: '볼 수는 있지만 지금 역할로는 바꿀 수 없어요. 프로젝트 관리자에게 요청해 주세요.',
  },
  not_found: { title: '찾을 수 없어요', detail: '없거나 볼 수 있는 권한이 없어요.' },
  method_not_allowed: {
    title: '허용되지 않는 메서드예요',
    detail: '이 주소에서는 그 메서드를 쓸 수 없어요.',
  },
  conflict: { title: '이미 있어요', detail: '같은 값을 가진 것이 이미 있어요.' },
  email_taken: {
    title: '이미 쓰고 있는 이메일이에요',
    detail: '이 이메일로 가입한 계정이 있어요. 로그인하거나 다른 이메일을 써 주세요.',
  },
  last_admin: {
    title: '관리자가 한 명은 있어야 해요',
    detail: '프로젝트의 마지막 관리자예요. 먼저 다른 사람을 관리자로 지정해 주세요.',
  },
  status_in_use: { title: '아직 태스크가 있는 상태예요', detail: '먼저 태스크를 다른 상태로 옮겨 주세요.' },
  stale: {
    title: '그사이 다른 사람이 바꿨어요',
    detail: '열어 본 뒤에 내용이 바뀌었어요. 덮어쓰지 않았고, 지금 상태를 함께 보내요.',
  },
  precondition_required: {
    title: 'If-Match가 필요해요',
    detail: '다른 사람의 수정을 덮어쓰지 않도록 마지막에 읽은 ETag를 If-Match로 보내 주세요.',
  },
  bad_if_match: {
    title: 'If-Match가 여기서 받은 ETag가 아니에요',
    detail: '읽을 때 받은 ETag 하나를 "7"처럼 큰따옴표까지 그대로 If-Match로 보내 주세요. *는 받지 않아요.',
  },
  idempotency_key_reused: {
    title: '다른 요청에 쓴 키예요',
    detail: '이 Idempotency-Key는 다른 요청에 이미 썼어요. 새 키를 써 주세요.',
  },
  too_large: { title: '너무 커요', detail: '본문이 여기서 허용하는 {limit}보다 커요.' },
  unsupported_media_type: {
    title: '지원하지 않는 콘텐츠 형식이에요',
    detail: '본문을 {expected} 형식으로 보내 주세요.',
  },
  range_not_satisfiable: { title: '범위를 벗어났어요', detail: '파일에 그 범위의 바이트가 없어요.' },
  validation_failed: {
    title: '고칠 곳이 있어요',
    detail: '올바르지 않은 항목이 있어요. 아무것도 저장하지 않았어요.',
  },
  not_a_trello_board: {
    title: 'Trello 보드가 아니에요',
    detail:
      'Trello 보드를 JSON으로 내보낸 파일이 아니에요. Trello의 인쇄, 내보내기, 공유 메뉴에서 JSON으로 내보내 주세요.',
  },
  too_many_requests: { title: '시도가 너무 많아요', detail: '{seconds}초 뒤에 다시 시도해 주세요.' },
  internal: {
    title: '문제가 생겼어요',
    detail: '바뀐 것은 없어요. 다시 시도하고, 계속되면 운영자에게 요청 번호를 알려 주세요.',
  },
  unavailable: {
    title: '지금은 쓸 수 없어요',
    detail: 'TaskMate의 일부에 연결할 수 없어요. 잠시 뒤 다시 시도해 주세요. 잃은 것은 없어요.',
  },
  storage_full: {
    title: '저장 공간이 없어요',
    detail: '이 파일을 저장할 공간이 없어요. 운영자에게 알려 주세요.',
  },
} satisfies Record<keyof typeof en, { title: string; detail: string }>

const koFields = {
  required: '꼭 필요해요.',
  unexpected: '여기서는 모르는 항목이에요.',
  wrong_type: '형식이 맞지 않아요.',
  invalid: '올바르지 않은 값이에요.',
  too_short: '{min}자 이상 써 주세요.',
  too_long: '{max}자 이하로 써 주세요.',
  too_small: '{min} 이상이어야 해요.',
  too_big: '{max} 이하여야 해요.',
  too_many: '{max}개까지 쓸 수 있어요.',
  too_few: '{min}개 이상이어야 해요.',
  not_an_email: 'mina@example.com 같은 이메일 주소를 써 주세요.',
  not_an_id: '올바른 ID가 아니에요.',
  not_a_day: '2026-12-31 같은 날짜를 써 주세요.',
  not_an_instant: '2026-12-31T09:00:00Z 같은 시각을 써 주세요.',
  not_a_zone: 'Asia/Seoul 같은 IANA 시간대를 써 주세요.',
  not_a_url: 'http:// 또는 https://로 시작하는 주소를 써 주세요.',
  not_one_of: '다음 중 하나를 써 주세요: {values}.',
  blank: '비워 둘 수 없어요.',
  common_password: '너무 쉽게 짐작할 수 있는 비밀번호예요.',
  wrong_password: '비밀번호가 맞지 않아요.',
  not_in_project: '이 프로젝트에 없는 것이에요.',
  taken: '이미 쓰고 있어요.',
  bad_cursor: '여기서 만든 커서가 아니에요. 첫 페이지부터 시작해 주세요.',
  bad_pattern: '정해진 형식과 달라요.',
  has_null_character: '널 문자를 빼 주세요.',
} satisfies Record<keyof typeof enFields, string>

export const sentences = { en, ko }
export const fieldSentences = { en: enFields, ko: koFields }
