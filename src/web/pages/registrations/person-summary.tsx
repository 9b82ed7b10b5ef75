import { Descriptions } from "antd";
import type { DictionaryEntry } from "../../../shared/dictionaries/entry.ts";
import { nameOf } from "../../../shared/dictionaries/entry.ts";
import { nations, sexes } from "../../../shared/dictionaries/people.ts";
import { titleLevels, titleSeries } from "../../../shared/dictionaries/titles.ts";
import { birthDateOf, maskIdentityNumber, maskPhone, sexOf } from "../../../shared/identity-number.ts";
import { textOr } from "../../components/optional-text.ts";
import type { PersonValues } from "./person-model.ts";

/** The registration of a person, to be read once more. */
export function PersonSummary({ person }: { person: PersonValues }) {
  const title = [
    person.titleSeries && nameOf(titleSeries, person.titleSeries),
    nameOf(titleLevels, person.titleLevel),
    person.titleName,
  ]
    .filter((part) => part !== undefined && part !== "")
    .join(" · ");
  return (
    <Descriptions
      title="注册信息"
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        { key: "id", label: "身份证号码", children: maskIdentityNumber(person.idNumber) },
        { key: "name", label: "姓名", children: person.name },
        { key: "sex", label: "性别", children: nameOf(sexes, sexOf(person.idNumber)) },
        { key: "birth", label: "出生日期", children: birthDateOf(person.idNumber) },
        { key: "phone", label: "手机号码", children: maskPhone(person.phone) },
        { key: "email", label: "电子邮箱", children: person.email },
        { key: "organization", label: "所在单位", children: person.organization.name },
        { key: "department", label: "所属工作部门", children: textOr(person.department?.label) },
        { key: "accountant", label: "是否会计人员", children: person.isAccountant === "true" ? "是" : "否" },
        { key: "title", label: "职称", children: title },
        { key: "titleDate", label: "取得时间", children: textOr(person.titleObtainedOn) },
        { key: "nation", label: "民族", children: codeText(nations, person.nation) },
        { key: "nativePlace", label: "籍贯", children: textOr(person.nativePlace) },
        { key: "school", label: "毕业院校", children: textOr(person.school) },
        { key: "major", label: "所学专业", children: textOr(person.major) },
      ]}
    />
  );
}

function codeText(entries: readonly DictionaryEntry[], code: string | undefined): string {
  return code === undefined ? "—" : nameOf(entries, code);
}
