import type { board as en } from '../en/board.ts'

export const board: typeof en = {
  columns: '칸',
  addTask: '태스크 추가',
  addHint: '무엇을 해야 하나요?',
  addTo: column => `‘${column}’에 추가`,
  fold: column => `‘${column}’ 접기`,
  into: '넣을 칸',
  showMore: column => `‘${column}’ 더 보기`,
  fromStart: column => `‘${column}’ 처음부터 보기`,
  emptyTitle: '무엇부터 시작할까요?',
  emptyDetail:
    '‘무엇을 해야 하나요?’ 칸에 적고 Enter를 누르면 카드가 생겨요. 카드는 칸에서 칸으로 옮길 수 있어요.',
  emptyForViewers: '아직 계획된 일이 없어요. 팀이 추가하면 여기에 바로 나타나요.',
  importLink: 'Trello 보드 가져오기',
  cardHelp: '스페이스로 카드를 들고, 화살표로 옮기고, 스페이스로 놓아요. Esc를 누르면 제자리로 돌아가요.',
  keys: { move: '이동', lift: '들기', drop: '놓기', putBack: '되돌리기', open: '열기', add: '새 태스크' },
  movedMeanwhile: (who, column) => `그사이 ${who} 님이 이 카드를 ‘${column}’ 칸으로 옮겼어요.`,
  movedWithin: '그사이 누군가 이 카드를 옮겼어요.',
  stays: '지금 있는 자리에 보여 드려요.',
  words: {
    ofLimit: '{limit}개 중 {count}개',
    over: '{limit}개 중 {count}개, 넘침',
    lifted: '‘{title}’ 카드를 들었어요. ‘{column}’ 칸 {count}개 중 {place}번째예요.',
    at: '‘{column}’ 칸 {count}개 중 {place}번째예요.',
    dropped: '‘{title}’ 카드를 ‘{column}’ 칸 {count}개 중 {place}번째에 놓았어요.',
    putBack: '‘{title}’ 카드를 ‘{column}’ 칸에 되돌려 놓았어요.',
    notMoved: '카드를 옮기지 못했어요.',
    notSent: 'TaskMate에 연결할 수 없어요. 저장하지 않았으니 다시 시도해 주세요.',
  },
}
