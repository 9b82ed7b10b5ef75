import { Card, Descriptions } from "antd";
import { Link } from "react-router";
import { type DictionaryEntry, nameOf } from "../../../shared/dictionaries/entry.ts";
import { degrees, educations, nations } from "../../../shared/dictionaries/people.ts";
import { MaskedId } from "../../components/masked-id.tsx";
import { textOr } from "../../components/optional-text.ts";
import { StatusTag } from "../../components/status-tag.tsx";
import { titleText } from "./title-text.ts";
import type { OwnProfile } from "./use-own-profile.ts";

/** One's own data as they are now. */
export function ProfileFacts({ profile }: { profile: OwnProfile }) {
  const rows = [
    { label: "姓名", value: profile.name },
    { label: "身份证号码", value: <MaskedId masked={profile.maskedIdNumber} /> },
    { label: "性别", value: profile.sexName },
    { label: "出生日期", value: profile.birthDate },
    { label: "民族", value: coded(nations, profile.nation) },
    { label: "手机号码", value: <Phone masked={profile.maskedPhone} /> },
    { label: "单位", value: profile.organizationName },
    { label: "所属区域", value: profile.regionPath },
    { label: "部门", value: <Department profile={profile} /> },
    { label: "参加工作时间", value: textOr(profile.workStartedOn) },
    { label: "会计人员", value: profile.isAccountant ? "是" : "否" },
    { label: "注册日期", value: profile.registeredOn },
    { label: "学历", value: coded(educations, profile.education) },
    { label: "学位", value: coded(degrees, profile.degree) },
    { label: "毕业院校", value: textOr(profile.school) },
    { label: "所学专业", value: textOr(profile.major) },
    { label: "职称", value: profile.titles.map(titleText).join("；") },
  ];
  return (
    <Card title="基本信息" size="small">
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={rows.map(({ label, value }) => ({ key: label, label, children: value }))}
      />
    </Card>
  );
}

function Phone({ masked }: { masked: string | null }) {
  return (
    <span>
      {textOr(masked)} <Link to="/change-phone">修改手机号</Link>
    </span>
  );
}

function Department({ profile: { departmentName, departmentDisabled } }: { profile: OwnProfile }) {
  return (
    <span>
      {textOr(departmentName)} {departmentDisabled && <StatusTag status="updated" name="已停用，请修改" />}
    </span>
  );
}

function coded(entries: readonly DictionaryEntry[], code: string | null): string {
  return code === null ? "—" : nameOf(entries, code);
}
