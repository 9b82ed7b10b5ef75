/** What a printed document shows. Every text is final: masked, formatted, in Chinese. No model, no Date. */

/** The round seal. With `demo` the text must say 示例 and the seal says that it is not valid. */
export interface SealView {
  text: string;
  demo: boolean;
}

/** One line of learning on a certificate or transcript; hours are study hours (学时). */
export interface LearningRow {
  title: string;
  subject: string;
  provider: string;
  period: string;
  hours: number;
}

/** Whose certificate it is (CRT-06); `maskedIdNumber` is already masked. */
export interface HolderView {
  name: string;
  sex: string;
  maskedIdNumber: string;
  organizationName: string;
  titleSeriesAndLevel: string;
}

/** What makes a document checkable: number, code and the address behind the QR code (CRT-07). */
export interface VerificationView {
  number: string;
  verifyCode: string;
  qrUrl: string;
}

/** Who issued it and when: 发证机关, 监制, 签发日期 as printed (2025年12月18日). */
export interface IssueView {
  issuer: string;
  supervisor: string;
  issuedOn: string;
  seal: SealView;
}

/** The certificate of one person and one year: the fields of CRT-06 and the learning behind them. */
export interface CertificateView extends HolderView, VerificationView, IssueView {
  /** The province's title of the document, configurable: 河南省专业技术人员继续教育证书. */
  title: string;
  year: number;
  publicHours: number;
  professionalHours: number;
  totalHours: number;
  result: string;
  remark?: string;
  rows: readonly LearningRow[];
}

/** One year of a merged certificate; `number` is that year's own certificate, `—` where none is due (CRT-05). */
export interface MergedYearRow {
  year: number;
  publicHours: number;
  professionalHours: number;
  totalHours: number;
  result: string;
  number: string;
  remark?: string;
}

/** Several years of one person on one document, a table row per year (CRT-04, CRT-06). */
export interface MergedCertificateView extends HolderView, VerificationView, IssueView {
  title: string;
  fromYear: number;
  toYear: number;
  years: readonly MergedYearRow[];
  remark?: string;
}

/** One year of a transcript: the requirement, the sums and every credited line. */
export interface TranscriptYear {
  year: number;
  requiredHours: number;
  publicHours: number;
  professionalHours: number;
  totalHours: number;
  result: string;
  rows: readonly LearningRow[];
}

/** The whole record of one person, as on the day of printing (PER-16). */
export interface TranscriptView extends HolderView, VerificationView, IssueView {
  title: string;
  years: readonly TranscriptYear[];
  remark?: string;
}
