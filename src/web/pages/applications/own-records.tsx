import type { z } from "zod";
import type { applicationKind } from "../../../shared/contracts/applications.ts";
import { DataTable } from "../../components/data-table.tsx";
import { useUrlState } from "../../components/url-state.ts";
import { type ApplicationRow, applicationColumns } from "./application-columns.tsx";
import { useApplications } from "./use-application.ts";

interface OwnRecordsProps {
  kind: z.output<typeof applicationKind>;
  title: string;
  emptyHint: string;
}

/** A professional's applications of one kind, whoever made them: 调转记录 (TRF-06), 变更记录. */
export function OwnRecords({ kind, title, emptyHint }: OwnRecordsProps) {
  const { page, pageSize } = useUrlState();
  const query = useApplications({ kind, page, pageSize });
  return (
    <DataTable<ApplicationRow>
      id={`own-${kind}`}
      title={title}
      query={query}
      columns={applicationColumns}
      rowKey="id"
      emptyHint={emptyHint}
    />
  );
}
