import type { auth as en } from '../en/auth.ts'

export const auth: typeof en = {
  signInTitle: '로그인',
  signInLead: '팀의 작업이 그대로 기다리고 있어요.',
  signUpTitle: '계정 만들기',
  signUpLead: '이름은 함께 일하는 팀에게만 보여요.',
  name: '이름',
  email: '이메일',
  password: '비밀번호',
  passwordHint: '10자 이상이에요. 기호를 섞기보다 낱말을 몇 개 이어 쓰면 기억하기 쉬워요.',
  timeZone: '시간대',
  timeZoneHint: '날짜와 시각을 이 시간대로 보여 줘요.',
  signIn: '로그인',
  signUp: '계정 만들기',
  toSignUp: '처음이신가요?',
  toSignUpLink: '계정 만들기',
  toSignIn: '계정이 있나요?',
  toSignInLink: '로그인',
  signInInstead: '로그인하기',
  hosted: '우리 팀이 직접 운영해요',
  api: 'API',
}
