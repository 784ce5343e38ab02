import type { apidocs as en } from '../en/apidocs.ts'

export const apidocs: typeof en = {
  title: 'API 문서',
  lead: '화면에서 하는 일은 모두 직접 만든 프로그램으로도 할 수 있어요. TaskMate와 같은 주소에서 HTTP로 JSON을 주고받아요. 각 기능의 이름은 영어로 적혀 있어요.',
  document: 'OpenAPI 문서',
  awayTitle: '지금은 문서의 일부가 빠져 있어요.',
  awayDetail: (services: string) => `${services}에서 응답이 없어요. 잠시 뒤에 다시 열어 주세요.`,

  contents: '목차',
  start: '시작하기',
  signIn: '한 번 로그인해서 세션 토큰을 받아 두세요. 30일 동안, 쓰지 않으면 7일 동안 쓸 수 있어요.',
  use: '그 뒤로는 요청마다 토큰을 함께 보내요.',
  rules: '어디서나 같은 약속',
  rule: {
    versions: '수정',
    versionsDetail:
      '읽으면 ETag를 받아요. 고치거나 지울 때마다 If-Match로 보내 주세요. 그사이 다른 사람이 바꿨다면 덮어쓰지 않고 지금 상태와 함께 412로 답해요.',
    creates: '만들기',
    createsDetail:
      'Idempotency-Key를 받는 곳에서는 직접 정한 키를 보내면 만들기를 안심하고 되풀이할 수 있어요. 같은 키에는 처음과 같은 답이 와요.',
    lists: '목록',
    listsDetail: '한 페이지의 next를 after로 보내면 다음 페이지가 와요. 마지막 페이지에서는 null이에요.',
    limits: '요청 한도',
    limitsDetail:
      'RateLimit-Remaining은 RateLimit-Reset초가 지날 때까지 남은 요청 수예요. 넘으면 Retry-After와 함께 429로 답해요.',
    errors: '오류',
    errorsDetail:
      '모든 오류는 problem details(RFC 9457)예요. 프로그램이 읽는 code, Accept-Language에 맞춘 문장, 항목마다 잘못된 점, 요청 번호가 들어 있어요.',
    times: '시각',
    timesDetail: '시각은 UTC이고 RFC 3339 형식이에요. 마감 날짜에는 시간대가 없어서 어디서나 같은 날이에요.',
  },

  parameters: '매개변수',
  body: '본문',
  answer: (status: string) => `응답 ${status}`,
  nothing: '내용이 없어요.',
  bytes: '바이트 그대로예요.',
  example: '예시',
  noSession: '로그인하지 않아도 돼요',
  name: '이름',
  where: '위치',
  places: { path: '경로', query: '쿼리', header: '헤더' },
  value: '값',
  required: '필수',
  codes: '오류 코드',
  codesLead: '코드의 뜻은 바뀌지 않아요. 문장은 다듬어질 수 있어요.',

  words: {
    or: (options: string[]) => options.join(' 또는 '),
    listOf: (what: string) => `목록: ${what}`,
    mapOf: (what: string) => `이름마다 하나씩: ${what}`,
    characters: (min: number | undefined, max: number | undefined) =>
      max === undefined ? `${min}자 이상` : min === undefined ? `${max}자까지` : `${min}~${max}자`,
    range: (min: number | undefined, max: number | undefined) =>
      max === undefined ? `${min} 이상` : min === undefined ? `${max} 이하` : `${min}~${max}`,
    items: (max: number) => `${max}개까지`,
    oneOf: (values: string[]) => values.join(', '),
    anything: '무엇이든',
  },
}
