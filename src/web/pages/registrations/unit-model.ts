import type { RequestOf } from "../../../shared/contracts/endpoint.ts";
import type { grantingLevelNames, registerOrganization } from "../../../shared/contracts/registrations.ts";
import type { FileRef } from "../../components/file-upload.tsx";
import type { OrganizationOption, PickedKind } from "../../components/organization-picker.tsx";

/** What the registration wizard of an organization holds between its steps (REG-01 – REG-16). */

export type UnitKind = "employer" | "authority" | "base";

export const unitKinds: Record<UnitKind, string> = {
  employer: "用人单位",
  authority: "主管部门",
  base: "继续教育基地",
};

/** Who grants a base (BAS-02). */
export type GrantingLevel = keyof typeof grantingLevelNames;

export interface UnitValues {
  kind: UnitKind;
  creditCode: string;
  /** a branch under its superior's code, of an employer only (REG-23) */
  sharesCode?: boolean | undefined;
  name: string;
  nature: string;
  level: string;
  regionCode: string;
  phone: string;
  industry: string;
  /** of a base only (BAS-02) */
  grantingLevel?: GrantingLevel | undefined;
  address?: string | undefined;
  superiorKind: PickedKind;
  superior: OrganizationOption;
  bureau: OrganizationOption;
  scan: FileRef;
}

export type ApplicantValues =
  | { kind: "existing"; idNumber: string; password: string }
  | {
      kind: "new";
      idNumber: string;
      newPassword: string;
      confirmation: string;
      name: string;
      phone: string;
      email?: string | undefined;
      landline?: string | undefined;
    };

/** 机构类型 of the superior that each kind may choose, the usual one first (REG-07, SUP-01, BAS-02). */
export const superiorKinds: Record<UnitKind, readonly { value: PickedKind; label: string }[]> = {
  employer: [
    { value: "authority", label: "主管部门" },
    { value: "employer", label: "上级单位" },
    { value: "bureau", label: "同级人社部门" },
  ],
  authority: [
    { value: "bureau", label: "同级人社部门" },
    { value: "authority", label: "上级主管部门" },
  ],
  base: [{ value: "bureau", label: "人社部门" }],
};

export const labels: Record<string, string> = {
  kind: "注册类型",
  creditCode: "统一社会信用代码",
  name: "单位名称",
  nature: "单位性质",
  level: "单位级别",
  regionCode: "所属区域",
  phone: "单位电话",
  industry: "所属行业",
  address: "单位地址",
  grantingLevel: "基地级别",
  superiorKind: "机构类型",
  superior: "上级部门",
  superiorId: "上级部门",
  bureau: "同级人社部门",
  bureauId: "同级人社部门",
  scan: "证件扫描件",
  captchaText: "验证码",
};

export const applicantLabels: Record<string, string> = {
  idNumber: "身份证号码",
  password: "密码",
  newPassword: "密码",
  confirmation: "确认密码",
  name: "真实姓名",
  phone: "手机号码",
  email: "电子邮箱",
  landline: "固定电话",
};

type RegistrationRequest = RequestOf<typeof registerOrganization>;

/** The request of the two steps and the captcha, without the fields that were left empty. */
export function requestOf(
  unit: UnitValues,
  applicant: ApplicantValues,
  captcha: { captchaId: string; captchaText: string },
): RegistrationRequest {
  const {
    superiorKind: _kind,
    superior,
    bureau,
    address,
    grantingLevel,
    sharesCode: _shares,
    ...rest
  } = unit;
  return {
    ...rest,
    ...(unit.kind === "base" && grantingLevel !== undefined ? { grantingLevel } : {}),
    ...(sharesCodeOf(unit) ? { sharesCode: true } : {}),
    ...(filled(address) ? { address } : {}),
    superiorId: superior.id,
    bureauId: bureau.id,
    applicant: applicantOf(applicant),
    ...captcha,
  };
}

/**
 * Who reviews: an authority's 同级人社 (SUP-01), also that of a branch without a code of its own (REG-23), otherwise the
 * chosen superior, a base's granting bureau (REG-20).
 */
export function reviewerOf(unit: UnitValues): OrganizationOption {
  return unit.kind === "authority" || sharesCodeOf(unit) ? unit.bureau : unit.superior;
}

function sharesCodeOf({ kind, sharesCode }: UnitValues): boolean {
  return kind === "employer" && sharesCode === true;
}

function applicantOf(applicant: ApplicantValues): RegistrationRequest["applicant"] {
  if (applicant.kind === "existing") {
    return { kind: "existing", idNumber: applicant.idNumber, password: applicant.password };
  }
  const { idNumber, newPassword, name, phone, email, landline } = applicant;
  return {
    kind: "new",
    idNumber,
    password: newPassword,
    name,
    phone,
    ...(filled(email) ? { email } : {}),
    ...(filled(landline) ? { landline } : {}),
  };
}

function filled(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}
