import type { errors as en } from '../en/errors.ts'

export const errors: typeof en = {
  requestId: id => `요청 번호: ${id}`,
  goHome: '내 작업으로 가기',
  goBack: '보던 곳으로 돌아가기',
  checkFields: '고칠 곳이 있어요',
  nothingSaved: '아직 저장하지 않았어요.',

  meanwhile: '그사이 다른 사람이 바꿨어요',
  meanwhileDetail: now =>
    `지금 저장된 내용: ${now.join(', ')}. 쓰던 내용은 아래에 그대로 있고, 다시 저장하면 그 내용이 남아요.`,
  named: (field, value) => `${field} ‘${value}’`,
  takeTheirs: '지금 것 쓰기',
}
