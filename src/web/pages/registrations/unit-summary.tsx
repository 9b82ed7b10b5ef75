import { Descriptions } from "antd";
import { grantingLevelNames } from "../../../shared/contracts/registrations.ts";
import { nameOf } from "../../../shared/dictionaries/entry.ts";
import {
  industries,
  organizationLevels,
  organizationNatures,
} from "../../../shared/dictionaries/organizations.ts";
import { regionPath } from "../../../shared/dictionaries/regions.ts";
import { maskIdentityNumber, maskPhone } from "../../../shared/identity-number.ts";
import type { OrganizationOption } from "../../components/organization-picker.tsx";
import { textOr } from "../../components/optional-text.ts";
import { unitKinds, type ApplicantValues, type UnitValues } from "./unit-model.ts";

/** Everything that will be sent, to be read once more; numbers of the person masked, passwords never shown. */
export function UnitSummary({ unit, applicant }: { unit: UnitValues; applicant: ApplicantValues }) {
  return (
    <>
      <Descriptions
        title="单位信息"
        bordered
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: "kind", label: "注册类型", children: unitKinds[unit.kind] },
          { key: "code", label: "统一社会信用代码", children: unit.creditCode },
          { key: "name", label: "单位名称", children: unit.name },
          { key: "nature", label: "单位性质", children: nameOf(organizationNatures, unit.nature) },
          { key: "level", label: "单位级别", children: nameOf(organizationLevels, unit.level) },
          { key: "region", label: "所属区域", children: regionPath(unit.regionCode) },
          { key: "industry", label: "所属行业", children: nameOf(industries, unit.industry) },
          { key: "phone", label: "单位电话", children: unit.phone },
          { key: "address", label: "单位地址", children: textOr(unit.address) },
          ...grantingItems(unit),
          { key: "scan", label: "证件扫描件", children: unit.scan.name },
          { key: "bureau", label: "同级人社部门", children: unit.bureau.name },
        ]}
      />
      <Descriptions
        title="申请人账户"
        bordered
        size="small"
        style={{ marginTop: 20 }}
        column={{ xs: 1, md: 2 }}
        items={applicantItems(applicant)}
      />
    </>
  );
}

function grantingItems({ kind, grantingLevel }: UnitValues) {
  if (kind !== "base" || grantingLevel === undefined) return [];
  return [{ key: "granting", label: "基地级别", children: grantingLevelNames[grantingLevel] }];
}

function applicantItems(applicant: ApplicantValues) {
  const account = [
    { key: "kind", label: "申请人", children: applicant.kind === "new" ? "非本系统用户" : "已是本系统用户" },
    { key: "id", label: "身份证号码", children: maskIdentityNumber(applicant.idNumber) },
  ];
  if (applicant.kind === "existing") return account;
  return [
    ...account,
    { key: "name", label: "真实姓名", children: applicant.name },
    { key: "phone", label: "手机号码", children: maskPhone(applicant.phone) },
    { key: "email", label: "电子邮箱", children: textOr(applicant.email) },
    { key: "landline", label: "固定电话", children: textOr(applicant.landline) },
  ];
}

/** By whom it will be reviewed, with the full path and the phone: the usual mistake is the wrong superior (PRG-07). */
export function ReviewerBox({ reviewer, what }: { reviewer: OrganizationOption; what: string }) {
  return (
    <section className="path-box" aria-label="审核部门">
      <strong>
        {what}将由「{reviewer.name}」审核，请务必确认：
      </strong>
      <ul>
        <li>所属区域：{reviewer.regionPath}</li>
        <li>机构类型：{reviewer.kindName}</li>
        {reviewer.superiorName !== null && <li>其上级：{reviewer.superiorName}</li>}
        <li>单位名称：{reviewer.name}</li>
        <li>联系电话：{reviewer.phone ?? "未登记"}</li>
      </ul>
    </section>
  );
}
