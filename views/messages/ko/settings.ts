import type { settings as en } from '../en/settings.ts'

export const settings: typeof en = {
  title: '설정',
  saved: {
    profile: '프로필을 저장했어요.',
    theme: '화면 모드를 저장했어요.',
    password: '비밀번호를 바꿨어요. 다른 기기에서는 모두 로그아웃됐어요.',
    session: '그 기기에서 로그아웃했어요.',
    sessions: '다른 기기에서 모두 로그아웃했어요.',
  },

  profile: '프로필',
  name: '이름',
  nameHint: '팀에게 이 이름으로 보여요.',
  email: '이메일',
  language: '언어',
  languages: { en: 'English', ko: '한국어' },
  timeZone: '시간대',
  timeZoneHint: '날짜와 시각을 이 시간대로 보여 드려요.',
  saveProfile: '프로필 저장',

  appearance: '화면 모드',
  appearanceHint: '이 브라우저에만 적용돼요.',
  themes: { system: '시스템 설정대로', light: '밝게', dark: '어둡게' },
  saveTheme: '화면 모드 저장',

  password: '비밀번호',
  currentPassword: '지금 비밀번호',
  newPassword: '새 비밀번호',
  newPasswordHint: '10자 이상으로 정해 주세요. 바꾸면 다른 기기에서는 로그아웃돼요.',
  changePassword: '비밀번호 바꾸기',

  sessions: '로그인한 기기',
  thisSession: '지금 이 브라우저',
  signedIn: '로그인',
  lastSeen: '마지막 사용',
  noAddress: '주소 없음',
  device: (program: string, system: string) => `${system}의 ${program}`,
  unknownProgram: '알 수 없는 프로그램',
  end: '로그아웃',
  endOf: (device: string) => `${device}에서 로그아웃`,
  endOthers: '다른 기기에서 모두 로그아웃',
  onlyHere: '다른 곳에서는 로그인하지 않았어요.',

  api: 'API',
  apiDetail: '여기서 할 수 있는 일은 모두 직접 만든 프로그램으로도 할 수 있어요.',
  apiLink: 'API 문서 보기',
}
