import type { RequestOf } from "../../../shared/contracts/endpoint.ts";
import type { registerPerson } from "../../../shared/contracts/registrations.ts";
import { sexOf } from "../../../shared/identity-number.ts";
import type { OrganizationOption } from "../../components/organization-picker.tsx";

/** What the registration form of a person holds (PER-01). */
export interface PersonValues {
  idNumber: string;
  newPassword: string;
  confirmation: string;
  name: string;
  phone: string;
  email: string;
  regionCode?: string | undefined;
  organization: OrganizationOption;
  department?: { value: string; label: string } | undefined;
  nation?: string | undefined;
  nativePlace?: string | undefined;
  school?: string | undefined;
  major?: string | undefined;
  isAccountant: "true" | "false";
  titleSeries?: string | undefined;
  titleLevel: string;
  titleName?: string | undefined;
  titleObtainedOn?: string | undefined;
}

export const personLabels: Record<string, string> = {
  idNumber: "身份证号码",
  newPassword: "密码",
  password: "密码",
  confirmation: "确认密码",
  name: "姓名",
  phone: "手机号码",
  email: "电子邮箱",
  regionCode: "用人单位所属区域",
  organization: "所在单位",
  organizationId: "所在单位",
  department: "所属工作部门",
  departmentId: "所属工作部门",
  nation: "民族",
  nativePlace: "籍贯",
  school: "毕业院校",
  major: "所学专业",
  isAccountant: "是否会计人员",
  titleSeries: "职称系列",
  titleLevel: "职称级别",
  titleName: "职称名称",
  titleObtainedOn: "取得时间",
  captchaText: "验证码",
};

type RegistrationRequest = RequestOf<typeof registerPerson>;

const optional = [
  "nation",
  "nativePlace",
  "school",
  "major",
  "titleSeries",
  "titleName",
  "titleObtainedOn",
] as const;

/** The request of the form and the captcha; the sex follows from the ID number, empty fields are left out. */
export function requestOf(
  values: PersonValues,
  captcha: { captchaId: string; captchaText: string },
): RegistrationRequest {
  const filled = optional.flatMap((name) => {
    const value = values[name]?.trim();
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return {
    idNumber: values.idNumber,
    password: values.newPassword,
    name: values.name,
    phone: values.phone,
    email: values.email,
    organizationId: values.organization.id,
    ...(values.department === undefined ? {} : { departmentId: values.department.value }),
    sex: sexOf(values.idNumber),
    isAccountant: values.isAccountant === "true",
    titleLevel: values.titleLevel,
    ...Object.fromEntries(filled),
    ...captcha,
  };
}
