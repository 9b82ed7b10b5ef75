import { Link } from "react-router";
import { StatusTag } from "../../components/status-tag.tsx";
import { TwoLines } from "./two-lines.tsx";

/** Where a record stands: its status, and who holds it or, once nobody does, what the reviewer said. */
export function RecordStatus({
  status,
  name,
  holderName,
  reason,
}: {
  status: string;
  name: string;
  holderName: string | null;
  reason: string | null;
}) {
  return (
    <TwoLines
      first={<StatusTag status={status} name={name} />}
      second={(status === "pending" ? holderName : reason) ?? ""}
    />
  );
}

/** What leads on from a line of a list: the record's page, and its process where an instance is named. */
export function RecordLinks({
  number,
  page,
  instanceId,
}: {
  number: string;
  page: string;
  instanceId?: string;
}) {
  return (
    <span className="row-actions">
      <Link to={page} aria-label={`${number}详细`}>
        详细
      </Link>
      {instanceId !== undefined && (
        <>
          {" "}
          <Link to={`/workspace/instances/${instanceId}`} aria-label={`${number}流程图`}>
            流程图
          </Link>
        </>
      )}
    </span>
  );
}
