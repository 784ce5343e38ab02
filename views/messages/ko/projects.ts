import type { projects as en } from '../en/projects.ts'

export const projects: typeof en = {
  title: '프로젝트',
  open: count => `${count}개 남음`,
  newTitle: '새 프로젝트',
  name: '이름',
  nameHint: '팀이 부르는 이름이에요.',
  key: '키',
  keyHint: 'OPS-42처럼 태스크 번호 앞에 붙어요. 비워 두면 이름으로 만들어요.',
  description: '설명',
  color: '색',
  create: '프로젝트 만들기',
  emptyTitle: '아직 프로젝트가 없어요',
  emptyDetail: '여기서 첫 프로젝트를 만들어 보세요. 열 다섯 개로 시작하고, 나중에 바꿀 수 있어요.',
  importLead: 'Trello에 보드가 있나요?',
  importLink: '가져오기',
  keyTaken: '다른 프로젝트가 쓰는 키예요.',
}
