import { Html } from '../html.ts'
import { Notice } from './notice.tsx'

/** On top of a form that was not accepted. Field errors say the rest beside their fields. */
export const Refused = ({ refusal }: { refusal: { title: string; detail: string } | undefined }) =>
  refusal ? <Notice kind="bad" title={refusal.title} detail={refusal.detail} /> : <></>
