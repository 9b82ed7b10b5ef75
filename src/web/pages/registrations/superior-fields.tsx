import { useQuery } from "@tanstack/react-query";
import { Form, Radio, type FormInstance } from "antd";
import { useEffect } from "react";
import { suggestBureau } from "../../../shared/contracts/organizations.ts";
import { regionOf } from "../../../shared/dictionaries/regions.ts";
import { callApi } from "../../api.ts";
import { OrganizationPicker } from "../../components/organization-picker.tsx";
import { superiorKinds, type GrantingLevel, type UnitKind, type UnitValues } from "./unit-model.ts";

/** 所属上级单位/主管部门/同级人社部门 and the 同级人社部门, which level and region suggest (REG-07, REG-08, REG-25). */
export function SuperiorFields({ form, kind }: { form: FormInstance<UnitValues>; kind: UnitKind }) {
  const ownLevel = Form.useWatch("level", form);
  const grantingLevel = Form.useWatch("grantingLevel", form);
  const regionCode = Form.useWatch("regionCode", form);
  const superiorKind = Form.useWatch("superiorKind", form) ?? superiorKinds[kind][0]?.value ?? "bureau";
  const superior = Form.useWatch("superior", form);
  const isBase = kind === "base";
  const level = isBase ? levelThatGrants(grantingLevel) : ownLevel;
  const suggested = useSuggestedBureau(level, regionCode);
  const bureauIsSuperior = superiorKind === "bureau";
  const title = superiorKinds[kind].find((choice) => choice.value === superiorKind)?.label ?? "上级部门";

  useEffect(() => {
    if (bureauIsSuperior && superior !== undefined) form.setFieldValue("bureau", superior);
  }, [bureauIsSuperior, superior, form]);
  useEffect(() => {
    if (suggested === null) return;
    if (isBase) form.setFieldValue("superior", suggested);
    else if (form.isFieldTouched("bureau")) return;
    else if (!bureauIsSuperior) form.setFieldValue("bureau", suggested);
    else if (form.getFieldValue("superior") === undefined) form.setFieldValue("superior", suggested);
  }, [suggested, bureauIsSuperior, isBase, form]);

  return (
    <>
      <Form.Item
        name="superiorKind"
        label="上级的机构类型"
        className="full"
        extra={`${reviewerTexts[kind]}。不确定时请向单位负责人或当地人社部门确认`}
      >
        <Radio.Group
          options={[...superiorKinds[kind]]}
          onChange={() => form.setFieldValue("superior", undefined)}
        />
      </Form.Item>
      <Form.Item name="superior" label={title} rules={[{ required: true, message: `请选择${title}` }]}>
        <OrganizationPicker
          title={title}
          kinds={[superiorKind]}
          regionCode={cityOf(regionCode)}
          withinRegion
          disabled={isBase}
        />
      </Form.Item>
      <Form.Item
        name="bureau"
        label="同级人社部门"
        rules={[{ required: true, message: "请选择同级人社部门" }]}
        extra={bureauIsSuperior ? "与所选上级相同" : "已按单位级别和所属区域推荐，可更改"}
      >
        <OrganizationPicker
          title="同级人社部门"
          kinds={["bureau"]}
          regionCode={cityOf(regionCode)}
          withinRegion
          disabled={bureauIsSuperior}
        />
      </Form.Item>
    </>
  );
}

const reviewerTexts: Readonly<Record<UnitKind, string>> = {
  employer: "由所选上级部门审核本次注册",
  authority: "由同级人社部门审核本次注册",
  base: "由批准基地的人社部门审核本次注册，按基地级别和所属区域确定",
};

/** The level of organization (dictionary §2) whose bureau grants bases of a level; the server decides alike (BAS-02). */
function levelThatGrants(grantingLevel: GrantingLevel | undefined): string | undefined {
  if (grantingLevel === undefined) return undefined;
  return grantingLevel === "city" ? "40" : "20";
}

/** A superior may sit a level higher than the unit: the search starts with the whole city. */
function cityOf(regionCode: string | undefined): string | undefined {
  const city = `${regionCode?.slice(0, 4) ?? ""}00`;
  return regionOf(city)?.code ?? regionCode;
}

function useSuggestedBureau(level: string | undefined, regionCode: string | undefined) {
  const query = useQuery({
    queryKey: ["suggested-bureau", level, regionCode],
    queryFn: () => callApi(suggestBureau, { level: level ?? "", regionCode: regionCode ?? "" }),
    enabled: level !== undefined && regionCode !== undefined,
    staleTime: 60_000,
  });
  return query.data?.bureau ?? null;
}
