import { Typography } from "antd";
import { useState } from "react";
import { useSignedIn } from "../../session.tsx";
import { IdLookUp, type FoundPerson } from "../people/id-look-up.tsx";

interface PeopleByIdNumberProps {
  people: readonly { id: string; name: string }[];
  ownOnly: boolean;
  onFound: (person: FoundPerson) => void;
}

/** Adds people one by one, each by the whole ID number, for whoever may not search among them. */
export function PeopleByIdNumber({ people, ownOnly, onFound }: PeopleByIdNumberProps) {
  const { organizationId } = useSignedIn();
  const [refusal, setRefusal] = useState<string | null>(null);
  const add = (person: FoundPerson) => {
    const isOurs = !ownOnly || person.organizationId === organizationId;
    const isFree = isOurs && person.status === "active";
    setRefusal(isFree ? null : `${person.name}不是本单位的在册人员`);
    if (isFree) onFound(person);
  };
  return (
    <>
      <Typography.Paragraph type="secondary">
        当前角色没有「专技人员信息查询」的权限，请按身份证号码逐人添加
      </Typography.Paragraph>
      <IdLookUp onFound={add} />
      <div role="status">
        {refusal !== null && <Typography.Text type="danger">{refusal}</Typography.Text>}
        {people.length > 0 && <p>已添加：{people.map(({ name }) => name).join("、")}</p>}
      </div>
    </>
  );
}
