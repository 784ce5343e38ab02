import type { files as en } from '../en/files.ts'

export const files: typeof en = {
  categories: '분류',
  all: '모든 파일',
  none: '분류 없음',
  editCategories: '분류 편집',
  noCategories: '계약서나 디자인처럼 프로젝트의 파일을 분류로 모을 수 있어요.',
  newCategory: '새 분류',
  nameOf: category => `${category} 분류의 이름`,
  addCategory: '분류 추가',
  categoryTaken: '다른 분류가 쓰는 이름이에요.',
  deleteCategory: name => `${name} 분류 삭제`,
  deleteCategoryDetail: '안에 있는 파일은 분류 없이 그대로 남아요.',

  name: '이름',
  category: '분류',
  of: '태스크',
  inTrash: '휴지통에 있음',
  editFile: name => `${name} 수정`,
  downloadFile: name => `${name} 내려받기`,
  removeFile: '이 파일 삭제',
  removeDetail: '모두에게서 완전히 삭제돼요.',
  removeForGood: '완전히 삭제',

  kinds: {
    picture: '사진',
    video: '동영상',
    audio: '소리',
    text: '텍스트',
    pdf: 'PDF 문서',
    archive: '압축 파일',
    document: '문서',
    sheet: '스프레드시트',
    slides: '프레젠테이션',
    other: '파일',
  },

  emptyTitle: '아직 파일이 없어요',
  emptyDetail: '파일은 태스크에 붙여요. 태스크를 열어 파일을 첨부하면 여기서도 찾을 수 있어요.',
  emptyAction: '보드로 가기',
  emptyCategoryTitle: '여기에는 파일이 없어요',
  emptyCategoryDetail: '파일 옆의 연필을 눌러 이 분류를 골라 보세요.',

  done: {
    saved: '파일을 저장했어요.',
    removed: '파일을 삭제했어요.',
    'category-added': '분류를 추가했어요.',
    'category-saved': '분류 이름을 바꿨어요.',
    'category-deleted': '분류를 삭제했어요. 파일은 그대로 있어요.',
  },
}
