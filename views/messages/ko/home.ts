import type { home as en } from '../en/home.ts'

export const home: typeof en = {
  title: '내 작업',
  groups: {
    overdue: '마감 지남',
    today: '오늘',
    week: '이번 주',
    later: '나중에',
    none: '날짜 없음',
  },
  task: '태스크',
  project: '프로젝트',
  tasks: '내가 맡은 태스크',
  summary: (open, late, today) =>
    [`맡은 태스크 ${open}개`, late > 0 ? `마감 지남 ${late}개` : '', today > 0 ? `오늘 마감 ${today}개` : '']
      .filter(part => part !== '')
      .join(', '),
  emptyTitle: '맡은 태스크가 없어요',
  emptyDetail: '직접 맡거나 다른 사람이 맡긴 태스크가 급한 순서대로 여기에 모여요.',
  emptyAction: '프로젝트 고르기',
  firstTitle: name => `${name} 님, 반가워요`,
  firstDetail: email =>
    `작업은 프로젝트에 모여요. 첫 프로젝트를 만들거나, Trello 보드를 가져오거나, 프로젝트 관리자에게 추가해 달라고 해 보세요: ${email}`,
  firstAction: '프로젝트 만들기',
}
