import type { dashboard as en } from '../en/dashboard.ts'

const n = new Intl.NumberFormat('ko-KR').format
const tasks = (count: number) => `태스크 ${n(count)}개`
const weekly = new Intl.NumberFormat('ko-KR', { maximumFractionDigits: 1 }).format

export const dashboard: typeof en = {
  headline: (open, late) =>
    open === 0
      ? '모두 끝났어요'
      : `${tasks(open)}가 남았고, ${late === 0 ? '마감이 지난 것은 없어요' : `${n(late)}개는 마감이 지났어요`}`,
  asOf: moment => `마지막 변경(${moment})까지 셌어요. 보드가 바뀌면 몇 초 안에 따라와요.`,
  period: '기간',
  weeks: count => `${count}주`,
  showTable: '표로 보기',
  emptyTitle: '아직 보여 줄 수치가 없어요',
  emptyDetail:
    '보드에 태스크를 추가하고 옮겨 보세요. 무엇이 남았고, 무엇이 늦었고, 얼마나 끝냈는지 여기에서 볼 수 있어요.',
  emptyAction: '보드로 가기',
  tasks: '태스크',
  status: {
    notOpen: '남은 작업에서 제외',
    title: '상태별 작업',
    finding: (name, count, open) =>
      count === open
        ? `남은 ${tasks(open)}가 모두 ‘${name}’ 상태예요.`
        : `남은 ${tasks(open)} 중 가장 많은 ${n(count)}개가 ‘${name}’ 상태예요.`,
    nothing: '남은 작업이 없어요.',
  },
  flow: {
    title: '누적 흐름',
    finding: (done, before, now) =>
      `${done === 0 ? '아직 끝낸 태스크가 없어요.' : `${tasks(done)}를 끝냈어요.`} 남은 작업은 ${
        now > before
          ? `${n(before)}개에서 ${n(now)}개로 늘었어요.`
          : now < before
            ? `${n(before)}개에서 ${n(now)}개로 줄었어요.`
            : `${n(now)}개로 그대로예요.`
      }`,
    day: '날짜',
  },
  throughput: {
    title: '처리량',
    finding: (mean, now) =>
      mean === null
        ? now === 0
          ? '이 기간에 끝낸 태스크가 없어요.'
          : `이번 주에 지금까지 ${tasks(now)}를 끝냈어요.`
        : `한 주에 약 ${weekly(mean)}개를 끝내요. 이번 주에는 지금까지 ${n(now)}개를 끝냈어요.`,
    week: '시작한 주',
    thisWeek: '이번 주',
    created: '만든 것',
    done: '끝낸 것',
    mean: mean => `점선: 한 주에 ${weekly(mean)}개`,
    bar: (week, created, done) => `${week}에 시작한 주: 만든 것 ${n(created)}개, 끝낸 것 ${n(done)}개`,
  },
  overdue: {
    title: '마감 지남',
    finding: (late, days) => {
      if (late === 0) return '마감이 지난 태스크가 없어요.'
      const since = days === 0 ? '오늘' : `${n(days)}일`
      if (late === 1) return `${tasks(late)}의 마감이 ${since} 지났어요.`
      return `${tasks(late)}의 마감이 지났어요. ${days === 0 ? '모두' : '가장 오래된 것은'} ${since} 지났어요.`
    },
    today: '오늘 지남',
    more: count => `${n(count)}개 더 보기`,
    longest: shown => `가장 오래 지난 ${n(shown)}개만 보여요.`,
  },
  workload: {
    title: '담당 현황',
    finding: (most, count, late, nobodys) => {
      if (most.length === 0) return '남은 태스크에 아직 담당자가 없어요.'
      const who =
        most.length === 1
          ? `${most[0]} 님이 ${tasks(count)}로 가장 많이 맡고 있어요.`
          : most.length === 2
            ? `${most[0]} 님과 ${most[1]} 님이 ${tasks(count)}씩 가장 많이 맡고 있어요.`
            : `${n(most.length)}명이 ${tasks(count)}씩 가장 많이 맡고 있어요.`
      const lateOnes = late === 0 ? '' : ` 그중 ${n(late)}개는 마감이 지났어요.`
      const open = nobodys === 0 ? '' : ` 아직 담당자가 없는 태스크는 ${n(nobodys)}개예요.`
      return who + lateOnes + open
    },
    person: '사람',
    nobody: '담당자 없음',
    late: count => `${n(count)}개 지남`,
    total: '합계',
    shown: (shown, all) => `${n(all)}명 중 ${n(shown)}명`,
  },
}
