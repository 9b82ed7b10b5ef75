import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Flex, Tabs } from "antd";
import { useMemo, useState } from "react";
import { countTasks, listTasks, processKeys, type TaskView } from "../../../shared/contracts/workflow.ts";
import { exportTasks } from "../../../shared/contracts/review-lists.ts";
import { callApi, downloadApi } from "../../api.ts";
import { DataTable } from "../../components/data-table.tsx";
import { ExportButton } from "../../components/export-button.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { SearchForm, type SearchField } from "../../components/search-form.tsx";
import { useUrlState, type UrlState } from "../../components/url-state.ts";
import { Watermarked } from "../../components/watermarked.tsx";
import { useSignedIn } from "../../session.tsx";
import { BatchDialog, type BatchOutcome, type BatchResult } from "./batch-decision.tsx";
import { BatchResultDialog } from "./batch-result.tsx";
import { pageSelection } from "./page-selection.tsx";
import { taskColumns, type TaskBox } from "./task-columns.tsx";
import { TaskDrawer } from "./task-drawer.tsx";
import { TaskFilters } from "./task-filters.tsx";

const batchLimit = 500;
const searchFields: SearchField[] = [
  { name: "q", label: "申请人/编号", placeholder: "姓名的一部分，或完整编号" },
];

/** 待办 / 已办 / 我发起的: every count opens exactly its items; decisions one by one or in batches (APR, AUD). */
export function TodoPage() {
  const url = useUrlState();
  const box = boxOf(url.values["box"]);
  const counts = useQuery({
    queryKey: ["task-counts"],
    queryFn: () => callApi(countTasks, {}),
    staleTime: 0,
  });
  const total =
    counts.data === undefined ? "" : ` (${counts.data.total}${counts.data.totalIsExact ? "" : "+"})`;
  return (
    <Watermarked>
      <PageHead title="待办事项" />
      <Tabs
        activeKey={box}
        onChange={(key) => url.set({ box: key === "todo" ? undefined : key })}
        items={[
          { key: "todo", label: `待办${total}` },
          { key: "done", label: "已办" },
          { key: "started", label: "我发起的" },
        ]}
      />
      {box === "todo" && counts.data !== undefined && <TaskFilters counts={counts.data} />}
      <TaskList key={box} box={box} url={url} />
    </Watermarked>
  );
}

function TaskList({ box, url }: { box: TaskBox; url: UrlState }) {
  const queries = useQueryClient();
  const request = { ...filtersOf(url), box, page: url.page, pageSize: url.pageSize };
  const isProfessional = useSignedIn().role === "professional";
  const query = useQuery({
    queryKey: ["listTasks", request],
    queryFn: () => callApi(listTasks, request),
    placeholderData: keepPreviousData,
  });
  const [openTaskId, setOpenTaskId] = useState<string | null>(url.values["task"] ?? null);
  const [selected, setSelected] = useState<ReadonlyMap<string, TaskView>>(new Map());
  const [batch, setBatch] = useState<BatchOutcome | null>(null);
  const [result, setResult] = useState<BatchResult | null>(null);
  const columns = useMemo(() => taskColumns(box, (task) => setOpenTaskId(task.id)), [box]);
  const finish = (answer: BatchResult) => {
    setBatch(null);
    setSelected(new Map());
    setResult(answer);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "platform" });
  };
  return (
    <>
      <SearchForm fields={searchFields} onSearch={() => void query.refetch()} />
      <DataTable<TaskView>
        id={`tasks-${box}`}
        title={boxTitles[box]}
        query={query}
        columns={columns}
        rowKey="id"
        {...(box === "todo" ? { selection: taskSelection(selected, setSelected) } : {})}
        toolbar={
          <>
            {box === "todo" && (
              <BatchBar count={selected.size} clear={() => setSelected(new Map())} start={setBatch} />
            )}
            {box !== "started" && !isProfessional && (
              <ExportButton download={() => downloadApi(exportTasks, { ...filtersOf(url), box })} />
            )}
          </>
        }
        emptyHint={box === "todo" ? "当前条件下没有需要您办理的事项" : undefined}
      />
      {openTaskId !== null && <TaskDrawer taskId={openTaskId} onClose={() => setOpenTaskId(null)} />}
      {batch !== null && (
        <BatchDialog
          outcome={batch}
          tasks={[...selected.values()]}
          onClose={() => setBatch(null)}
          onDone={finish}
        />
      )}
      {result !== null && <BatchResultDialog result={result} onClose={() => setResult(null)} />}
    </>
  );
}

const boxTitles: Record<TaskBox, string> = { todo: "待办列表", done: "已办列表", started: "我发起的" };

function BatchBar({
  count,
  clear,
  start,
}: {
  count: number;
  clear: () => void;
  start: (outcome: BatchOutcome) => void;
}) {
  const disabled = count === 0 || count > batchLimit;
  return (
    <Flex gap={8} align="center" wrap>
      <span aria-live="polite" data-testid="selected-count">
        已选 <strong>{count}</strong> 项{count > batchLimit && `，一次最多${batchLimit}项`}
      </span>
      {count > 0 && (
        <Button type="link" size="small" onClick={clear}>
          清空
        </Button>
      )}
      <Button type="primary" disabled={disabled} onClick={() => start("approve")}>
        批量通过
      </Button>
      <Button danger disabled={disabled} onClick={() => start("reject")}>
        批量驳回
      </Button>
    </Flex>
  );
}

/** Only what may be approved or rejected can be selected. */
function taskSelection(
  selected: ReadonlyMap<string, TaskView>,
  onChange: (next: ReadonlyMap<string, TaskView>) => void,
) {
  return pageSelection<TaskView>({
    selected,
    onChange,
    keyOf: (task) => task.id,
    nameOf: (task) => task.number,
    selectable: (task) => task.canDecide && task.outcomes.some((outcome) => outcome.value === "approve"),
  });
}

function boxOf(text: string | undefined): TaskBox {
  return text === "done" || text === "started" ? text : "todo";
}

function filtersOf(url: UrlState) {
  const { processKey, year, q, origin } = url.values;
  const known = processKeys.find((key) => key === processKey);
  return {
    ...(known === undefined ? {} : { processKey: known }),
    ...(origin === "base" || origin === "other" ? { origin: origin as "base" | "other" } : {}),
    year,
    q,
  };
}
