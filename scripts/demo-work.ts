import type { Category, Color, Priority, ProjectName } from '../services/task-service/contract.ts'
import type { Static } from 'elysia'

/** Who works in the demo team. */
export const people = {
  mina: { name: 'Mina Seo', language: 'en', timeZone: 'Asia/Seoul' },
  jiho: { name: '한지호', language: 'ko', timeZone: 'Asia/Seoul' },
  ada: { name: 'Ada Novak', language: 'en', timeZone: 'Europe/Prague' },
  sujin: { name: '이수진', language: 'ko', timeZone: 'Asia/Seoul' },
} as const
export type Who = keyof typeof people
/** Comes last, to look on. */
export const onlooker = { who: 'leo', name: 'Leo Martin', language: 'en', timeZone: 'Europe/Paris' } as const

export type Piece = {
  title: string
  /** The category of the status that it reaches. */
  at: Category
  by?: Who
  labels?: string[]
  priority?: Static<typeof Priority>
  /** Days from today; with `time`, at that time of the reporter's zone. */
  due?: number
  time?: string
  description?: string
  comments?: [Who, string][]
  files?: { name: string; drawer: string; content: string | 'palette' }[]
}
export type Work = {
  key: string
  name: Static<typeof ProjectName>
  description: string
  color: Color
  /** Whose project it is; the others join with their roles. */
  admin: Who
  others: Partial<Record<Who, 'editor' | 'commenter'>>
  labels: Record<string, Color>
  drawers: string[]
  pieces: Piece[]
}

const relaunch: Work = {
  key: 'WEB',
  name: 'Website relaunch',
  description: 'A faster site that says what we do in one minute, in two languages.',
  color: 'teal',
  admin: 'mina',
  others: { jiho: 'editor', ada: 'editor', sujin: 'commenter' },
  labels: {
    Design: 'violet',
    Content: 'amber',
    Frontend: 'sky',
    Backend: 'green',
    Bug: 'rose',
    Research: 'gray',
  },
  drawers: ['Research', 'Brand', 'Launch'],
  pieces: [
    {
      title: 'Interview eight customers about the old site',
      at: 'done',
      by: 'ada',
      labels: ['Research'],
      description:
        'Half an hour each. Ask what they came for, and **watch** them look for it before asking why.',
      comments: [
        ['ada', 'All eight are done. Six of them never found the prices.'],
        ['mina', 'That settles the order of the start page then. Thank you!'],
      ],
      files: [
        {
          name: 'interview-notes.md',
          drawer: 'Research',
          content:
            '# What eight customers told us\n\n- Six never found the prices.\n- Five came from a search for a single feature.\n- Four read on a phone, standing.\n- Nobody opened the news.\n',
        },
      ],
    },
    {
      title: 'List every page of the old site and who reads it',
      at: 'done',
      by: 'mina',
      labels: ['Research', 'Content'],
    },
    { title: 'Decide what we no longer say', at: 'done', by: 'mina', labels: ['Content'] },
    { title: 'Measure how long pages take today', at: 'done', by: 'jiho', labels: ['Research', 'Frontend'] },
    { title: 'Choose a typeface that has Hangul', at: 'done', by: 'ada', labels: ['Design'] },
    {
      title: 'Agree on colours with enough contrast',
      at: 'done',
      by: 'ada',
      labels: ['Design'],
      comments: [['jiho', 'The teal passes on white and on the dark ground. I checked both.']],
      files: [{ name: 'palette.png', drawer: 'Brand', content: 'palette' }],
    },
    { title: 'Sketch the start page, three ways', at: 'done', by: 'ada', labels: ['Design'] },
    { title: 'Pick one sketch together', at: 'done', by: 'mina', labels: ['Design'] },
    { title: 'Set up the repository and previews', at: 'done', by: 'jiho', labels: ['Backend'] },
    { title: 'Render pages on the server', at: 'done', by: 'jiho', labels: ['Backend'] },
    { title: 'Build header and footer', at: 'done', by: 'jiho', labels: ['Frontend'] },
    { title: 'Move the images to modern formats', at: 'done', by: 'jiho', labels: ['Frontend'] },
    { title: 'Write the new "What we do"', at: 'done', by: 'mina', labels: ['Content'] },
    {
      title: 'Fix the menu that closes when you scroll',
      at: 'done',
      by: 'jiho',
      labels: ['Bug', 'Frontend'],
      priority: 'high',
    },
    { title: 'Keep old addresses alive with redirects', at: 'done', by: 'jiho', labels: ['Backend'] },
    { title: 'Photograph the team', at: 'done', by: 'ada', labels: ['Content'] },
    { title: 'Put up a page for errors', at: 'done', by: 'ada', labels: ['Design', 'Frontend'] },
    { title: 'Ask legal about the new imprint', at: 'done', by: 'mina', labels: ['Content'] },

    {
      title: 'Translate the start page into Korean',
      at: 'review',
      by: 'jiho',
      labels: ['Content'],
      due: 1,
      comments: [
        ['sujin', '두 번째 문단이 조금 딱딱해요. 말하듯이 바꿔 볼까요?'],
        ['jiho', '고쳤어요. 다시 봐 주세요.'],
      ],
    },
    {
      title: 'Prices on one page, without a form',
      at: 'review',
      by: 'ada',
      labels: ['Design', 'Content'],
      priority: 'high',
      due: -1,
    },
    {
      title: 'Make every page usable without a mouse',
      at: 'review',
      by: 'jiho',
      labels: ['Frontend'],
      due: 2,
    },
    { title: 'Send the contact form by mail and keep a copy', at: 'review', by: 'jiho', labels: ['Backend'] },
    { title: 'Preview cards for links that people share', at: 'review', by: 'ada', labels: ['Frontend'] },

    {
      title: 'Start page loads in one second on a phone',
      at: 'doing',
      by: 'jiho',
      labels: ['Frontend'],
      priority: 'urgent',
      due: 0,
      time: '18:00',
      description:
        'Where it stands today, on a mid-range phone:\n\n| page | seconds |\n| --- | --- |\n| start | 1.8 |\n| prices | 1.1 |\n\n- [x] Fonts only for the letters that we use\n- [x] No script before the first paint\n- [ ] Pictures at the size they are shown\n- [ ] Ask the other provider about distance',
      comments: [
        ['jiho', 'Down from 4.2 to 1.8. The pictures are next.'],
        ['mina', 'Great. Please note what each step gave, for the talk in spring.'],
      ],
    },
    {
      title: 'Write three customer stories',
      at: 'doing',
      by: 'mina',
      labels: ['Content'],
      due: -3,
      comments: [['ada', 'The second one is lovely. May I draw something for it?']],
    },
    { title: 'Draw icons for the six features', at: 'doing', by: 'ada', labels: ['Design'], due: 3 },
    {
      title: 'Search that forgives typing errors',
      at: 'doing',
      by: 'jiho',
      labels: ['Backend', 'Frontend'],
      priority: 'medium',
    },
    { title: 'Dark theme', at: 'doing', by: 'ada', labels: ['Design', 'Frontend'], due: 6 },
    {
      title: 'Sign-up form says what is wrong beside the field',
      at: 'doing',
      by: 'jiho',
      labels: ['Frontend', 'Bug'],
      priority: 'high',
      due: -2,
    },
    { title: 'Record a tour of 60 seconds', at: 'doing', by: 'mina', labels: ['Content'], due: 5 },

    {
      title: 'Launch plan, hour by hour',
      at: 'ready',
      by: 'mina',
      priority: 'high',
      due: 4,
      description: 'Who does what from 7:00 until the last redirect is checked. The file has the draft.',
      files: [
        {
          name: 'launch-plan.csv',
          drawer: 'Launch',
          content:
            'time,what,who\n07:00,Freeze the old site,Jiho\n07:30,Last copy of the database,Jiho\n08:00,Switch the name,Mina\n08:15,Check the redirects,Ada\n09:00,Tell the team,Mina\n',
        },
      ],
    },
    { title: 'Check all redirects with a script', at: 'ready', by: 'jiho', labels: ['Backend'], due: 4 },
    { title: 'Read everything aloud once', at: 'ready', by: 'mina', labels: ['Content'], due: 5 },
    {
      title: 'Text for people who cannot see the pictures',
      at: 'ready',
      by: 'ada',
      labels: ['Content', 'Frontend'],
    },
    { title: 'Test with a screen reader', at: 'ready', by: 'ada', labels: ['Research'], due: 6 },
    { title: 'Back button keeps the place in long lists', at: 'ready', labels: ['Frontend', 'Bug'] },
    { title: 'Newsletter sign-up with double opt-in', at: 'ready', by: 'jiho', labels: ['Backend'] },
    { title: 'Cookie-free visitor numbers', at: 'ready', labels: ['Backend'], priority: 'medium' },
    { title: 'Pages for the three biggest partners', at: 'ready', by: 'mina', labels: ['Content'], due: 12 },
    {
      title: 'Numbers and dates as each language writes them',
      at: 'ready',
      by: 'jiho',
      labels: ['Frontend'],
    },
    { title: 'Print style for the price list', at: 'ready', labels: ['Design'], priority: 'low' },
    {
      title: 'Certificate renewal without a night shift',
      at: 'ready',
      by: 'jiho',
      labels: ['Backend'],
      due: -6,
    },

    { title: 'Job pages that people like to read', at: 'backlog', labels: ['Content'] },
    {
      title: 'Interactive example on the start page',
      at: 'backlog',
      labels: ['Design', 'Frontend'],
      priority: 'low',
    },
    { title: 'Status page', at: 'backlog', labels: ['Backend'] },
    { title: 'Archive of talks', at: 'backlog', by: 'mina', labels: ['Content'] },
    { title: 'Japanese as a third language', at: 'backlog', labels: ['Content'], priority: 'low' },
    { title: 'Compare us honestly with others', at: 'backlog', labels: ['Content', 'Research'] },
    { title: 'Help pages inside the product', at: 'backlog' },
    { title: 'Let customers edit their own story', at: 'backlog', labels: ['Backend'] },
    { title: 'Glossary', at: 'backlog', labels: ['Content'] },
    { title: 'Feed of changes', at: 'backlog', labels: ['Backend'], priority: 'low' },
    { title: 'Pictures of the office before the move', at: 'backlog', by: 'ada', due: 30 },
    { title: 'Ask visitors one question', at: 'backlog', labels: ['Research'] },
    { title: 'Shorter address for the price page', at: 'backlog' },
    { title: 'Map of resellers', at: 'backlog', labels: ['Frontend'] },
    { title: 'Old blog as plain pages', at: 'backlog', labels: ['Content', 'Backend'] },
    { title: 'Write down how we chose the typeface', at: 'backlog', by: 'ada', labels: ['Design'] },
    { title: 'Invite everybody to the launch lunch', at: 'backlog', by: 'mina', due: 9 },
  ],
}

const autumn: Work = {
  key: 'FALL',
  name: '가을 캠페인',
  description: '가을 신메뉴를 알리고 매장 방문을 늘려요.',
  color: 'amber',
  admin: 'jiho',
  others: { mina: 'editor', sujin: 'editor', ada: 'commenter' },
  labels: { 디자인: 'violet', 글: 'amber', 매장: 'green', 광고: 'sky', 급함: 'rose' },
  drawers: ['시안', '보고'],
  pieces: [
    {
      title: '지난가을 결과 돌아보기',
      at: 'done',
      by: 'jiho',
      comments: [['sujin', '첫 주보다 셋째 주 방문이 더 많았어요.']],
      files: [
        {
          name: '지난가을-결과.csv',
          drawer: '보고',
          content: '주,방문,매출(만 원)\n1,1820,2410\n2,1755,2390\n3,2240,3015\n4,2010,2760\n',
        },
      ],
    },
    { title: '신메뉴 세 가지 정하기', at: 'done', by: 'jiho', labels: ['매장'] },
    { title: '예산 승인받기', at: 'done', by: 'mina' },
    { title: '사진 촬영 장소 예약', at: 'done', by: 'sujin', labels: ['디자인'] },
    { title: '메뉴 사진 촬영', at: 'done', by: 'sujin', labels: ['디자인'] },
    { title: '캠페인 문구 후보 모으기', at: 'done', by: 'mina', labels: ['글'] },
    {
      title: '문구 투표',
      at: 'done',
      by: 'sujin',
      labels: ['글'],
      comments: [['mina', '“천천히, 가을”로 정해졌어요.']],
    },
    { title: '매장별 재고 확인', at: 'done', by: 'jiho', labels: ['매장'] },
    {
      title: '포스터 첫 시안',
      at: 'done',
      by: 'sujin',
      labels: ['디자인'],
      files: [{ name: '포스터-색.png', drawer: '시안', content: 'palette' }],
    },

    {
      title: '포스터 두 번째 시안',
      at: 'review',
      by: 'sujin',
      labels: ['디자인'],
      priority: 'high',
      due: 0,
      comments: [
        ['jiho', '글자를 조금만 더 키워 주세요. 멀리서 안 보여요.'],
        ['sujin', '키웠어요. 인쇄 크기로도 확인했어요.'],
      ],
    },
    { title: '메뉴판 문구 검토', at: 'review', by: 'mina', labels: ['글'], due: -1 },
    { title: '쿠폰 사용 조건 확인', at: 'review', by: 'jiho', labels: ['매장'], due: 1 },

    {
      title: '매장 직원 안내서 쓰기',
      at: 'doing',
      by: 'jiho',
      labels: ['글', '매장'],
      priority: 'high',
      due: 2,
      description:
        '처음 온 손님도, 처음 온 직원도 읽고 바로 알 수 있게 써요.\n\n- [x] 신메뉴 만드는 순서\n- [x] 자주 묻는 질문\n- [ ] 알레르기 안내\n- [ ] 행사 기간과 예외',
      comments: [['sujin', '알레르기 안내는 표로 넣으면 좋겠어요.']],
    },
    { title: '소셜 미디어 글 열 편', at: 'doing', by: 'mina', labels: ['글', '광고'], due: 4 },
    { title: '짧은 영상 편집', at: 'doing', by: 'sujin', labels: ['디자인', '광고'], due: -2 },
    {
      title: '인쇄소 견적 비교',
      at: 'doing',
      by: 'jiho',
      labels: ['급함'],
      priority: 'urgent',
      due: 0,
      time: '17:00',
    },
    { title: '광고 대상 지역 고르기', at: 'doing', by: 'mina', labels: ['광고'] },

    { title: '포스터 인쇄 맡기기', at: 'ready', by: 'jiho', labels: ['매장'], due: 3 },
    { title: '매장에 포스터 보내기', at: 'ready', by: 'jiho', labels: ['매장'], due: 6 },
    { title: '홈페이지 첫 화면 바꾸기', at: 'ready', by: 'sujin', labels: ['디자인'], due: 5 },
    { title: '단골에게 미리 알리기', at: 'ready', by: 'mina', labels: ['글'], due: 4 },
    { title: '첫날 사진 찍을 사람 정하기', at: 'ready', labels: ['매장'] },
    { title: '쿠폰 번호 만들기', at: 'ready', by: 'jiho', priority: 'medium' },
    { title: '배달 앱 메뉴 등록', at: 'ready', by: 'sujin', labels: ['매장'], due: -4 },
    { title: '광고 시작일 예약', at: 'ready', by: 'mina', labels: ['광고'], due: 7 },
    { title: '영어 메뉴 이름 확인', at: 'ready', by: 'mina', labels: ['글'] },

    { title: '후기 이벤트', at: 'backlog', labels: ['광고'] },
    { title: '선물 상자 디자인', at: 'backlog', labels: ['디자인'], priority: 'low' },
    { title: '동네 책방과 함께하는 행사', at: 'backlog', by: 'sujin' },
    { title: '가을 음악 목록', at: 'backlog' },
    { title: '겨울 메뉴 미리 생각하기', at: 'backlog', by: 'jiho', due: 30 },
    { title: '텀블러 할인 늘리기', at: 'backlog', labels: ['매장'] },
    { title: '매장 향 바꿔 보기', at: 'backlog', priority: 'low' },
    { title: '결과 보고서 틀 만들기', at: 'backlog', by: 'mina', labels: ['글'] },
    { title: '다음 촬영 때 쓸 소품 목록', at: 'backlog', by: 'sujin', labels: ['디자인'] },
  ],
}

export const work = [relaunch, autumn]
