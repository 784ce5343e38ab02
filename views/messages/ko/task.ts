import type { task as en } from '../en/task.ts'

const of = (word: string) => (word === '' ? '없음' : `‘${word}’`)

export const task: typeof en = {
  close: '닫기',
  title: '제목',
  description: '설명',
  noDescription: '아직 설명이 없어요.',
  writeDescription: '설명 쓰기',
  editDescription: '설명 고치기',
  markdownHint: 'Markdown을 쓸 수 있어요: **굵게**, 목록, 링크, `코드`.',
  preview: '미리 보기',

  chooseAssignees: '담당자 고르기',
  chooseLabels: '라벨 고르기',
  chooseDue: '마감 고르기',
  newLabel: '새 라벨',
  createLabel: '만들어 붙이기',
  noLabels: '라벨 없음',
  dueDay: '날짜',
  dueTime: '시각',
  dueHint: zone => `시각이 없으면 어디서나 그날이 마감이에요. 시각은 ${zone} 기준이에요.`,
  clearDue: '마감 없애기',

  changedMeanwhile:
    '쓰는 동안 누군가 이 내용을 바꿨어요. 쓰던 글은 그대로 있고, 저장하면 두 가지를 모두 보여 드려요.',
  conflictTitle: (who, what) => `그사이 ${who} 님도 같은 곳을 바꿨어요: ${what}`,
  conflictDetail: '두 가지 모두 남아 있어요. 하나를 고르거나, 내 것에 합쳐 주세요.',
  yours: '내 것',
  theirs: who => `${who} 님의 것`,
  notSaved: '아직 저장 안 됨',
  savedAt: when => `${when} 저장됨`,
  keepMine: '내 것으로 저장',
  takeTheirs: '상대 것으로 두기',
  fields: { title: '제목', description: '설명', status: '상태', priority: '우선순위', due: '마감' },
  empty: '비어 있음',

  comment: '댓글',
  writeComment: '댓글 쓰기',
  editComment: '댓글 고치기',
  edited: '수정됨',
  moreComments: '이후 댓글 보기',
  activity: '활동',
  olderChanges: '이전 변경 보기',
  before: '이전',
  after: '이후',

  links: '링크',
  addLink: '링크 추가',
  linkAddress: '주소',
  linkTitle: '표시할 글',
  removeLink: title => `링크 제거: ${title}`,

  files: '파일',
  addFiles: '파일 추가',
  uploading: '올리는 중…',
  upload: '올리기',
  removeFile: name => `파일 제거: ${name}`,
  moreFiles: '프로젝트의 모든 파일',

  delete: '휴지통으로',
  deleted: key => `${key} 태스크를 휴지통에 넣었어요`,
  inTrash: '휴지통에 있는 태스크예요.',
  inTrashDetail: '잃은 것은 없어요. 되살리면 다시 작업할 수 있어요.',
  restore: '되살리기',

  did: {
    created: ' 님이 태스크를 만들었어요',
    title: (from, to) => ` 님이 제목을 바꿨어요: ${of(from)} → ${of(to)}`,
    description: ' 님이 설명을 고쳤어요',
    status: (from, to) => ` 님이 옮겼어요: ${from} → ${to}`,
    priority: (from, to) => ` 님이 우선순위를 바꿨어요: ${from} → ${to}`,
    labels: (added, removed) =>
      ` 님이 라벨을 바꿨어요: ${[added && `${added} 추가`, removed && `${removed} 제거`].filter(Boolean).join(', ')}`,
    assignees: (added, removed) =>
      ` 님이 담당자를 바꿨어요: ${[added && `${added} 추가`, removed && `${removed} 제외`].filter(Boolean).join(', ')}`,
    dueSet: to => ` 님이 마감을 정했어요: ${to}`,
    due: (from, to) => ` 님이 마감을 바꿨어요: ${from} → ${to}`,
    dueCleared: from => ` 님이 마감을 없앴어요 (${from})`,
    linkAdded: title => ` 님이 링크를 추가했어요: ${title}`,
    linkRemoved: title => ` 님이 링크를 제거했어요: ${title}`,
    deleted: ' 님이 휴지통에 넣었어요',
    restored: ' 님이 휴지통에서 꺼냈어요',
    other: ' 님이 태스크를 바꿨어요',
  },
  gone: { status: '없어진 칸', label: '없어진 라벨' },
}
