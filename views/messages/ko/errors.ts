import type { errors as en } from '../en/errors.ts'

export const errors: typeof en = {
  requestId: id => `요청 번호: ${id}`,
  goHome: '내 작업으로 가기',
  goBack: '보던 곳으로 돌아가기',
  checkFields: '고칠 곳이 있어요',
  nothingSaved: '아직 저장하지 않았어요.',
}
