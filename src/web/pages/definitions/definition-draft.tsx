import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Input, Skeleton, Space, Upload } from "antd";
import { lazy, Suspense, useState } from "react";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  checkDefinition,
  type DefinitionFinding,
  deleteDefinitionDraft,
  getDefinitionDraft,
  getDefinitionVersion,
  listDefinitionVersions,
  previewDefinitionPositions,
  publishDefinition,
  saveDefinitionDraft,
} from "../../../shared/contracts/workflow-definitions.ts";
import { ApiError, callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { FailureView } from "../../components/failure-view.tsx";
import { type Run, useAction } from "../../components/use-action.ts";
import { FindingsView, PositionsView } from "./definition-results.tsx";

const Diagram = lazy(() =>
  import("./definition-diagram.tsx").then((module) => ({ default: module.DefinitionDiagram })),
);

interface Source {
  xml: string;
  /** hash of the saved draft that the XML comes from; null when there is none */
  basedOn: string | null;
}

/** The draft, or the version in force to begin one from. */
async function loadSource(key: string): Promise<Source> {
  try {
    const { xml, sha256 } = await callApi(getDefinitionDraft, { key });
    return { xml, basedOn: sha256 };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "definition.draft_not_found") throw error;
  }
  const { rows } = await callApi(listDefinitionVersions, { key, pageSize: 200 });
  const current = rows.find(({ status }) => status === "published");
  if (current === undefined) return { xml: "", basedOn: null };
  const { xml } = await callApi(getDefinitionVersion, { key, versionNumber: current.versionNumber });
  return { xml, basedOn: null };
}

/** Edits or uploads, looks at, checks and publishes the draft of one process. */
export function DefinitionDraft({ processKey }: { processKey: string }) {
  const source = useQuery({
    queryKey: ["definition-draft", processKey],
    queryFn: () => loadSource(processKey),
    // What the officer is typing must not be replaced under his hands.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (source.isError) return <LoadFailed error={source.error} retry={() => void source.refetch()} />;
  if (source.data === undefined) return <Skeleton active />;
  return <DraftEditor key={source.dataUpdatedAt} processKey={processKey} source={source.data} />;
}

/** One list for all: another one would draw the diagram anew. */
const noFindings: readonly DefinitionFinding[] = [];

interface Results {
  check?: ResponseOf<typeof checkDefinition>;
  positions?: ResponseOf<typeof previewDefinitionPositions>;
}

function DraftEditor({ processKey: key, source }: { processKey: string; source: Source }) {
  const [xml, setXml] = useState(source.xml);
  const [basedOn, setBasedOn] = useState(source.basedOn);
  const [results, setResults] = useState<Results>({});
  const { busy, failure, run } = useAction();
  const change = (text: string) => {
    setXml(text);
    setResults({});
  };
  const save = async () => {
    const { sha256 } = await callApi(saveDefinitionDraft, { key, xml, basedOn });
    setBasedOn(sha256);
    return sha256;
  };
  const publish = usePublish(key, { run, save });
  const discard = useDiscard(key, run);
  const actions = {
    保存草稿: async () => void (await save()),
    检查: async () => setResults({ check: await callApi(checkDefinition, { key, xml }) }),
    预览走向: async () => setResults({ positions: await callApi(previewDefinitionPositions, { key, xml }) }),
  };
  return (
    <>
      <Suspense fallback={<Skeleton active />}>
        <Diagram xml={xml} findings={results.check?.findings ?? noFindings} />
      </Suspense>
      <Input.TextArea
        aria-label="流程定义XML"
        value={xml}
        onChange={(event) => change(event.target.value)}
        rows={16}
        spellCheck={false}
        style={{ fontFamily: "monospace", margin: "12px 0" }}
      />
      <Space wrap>
        <Upload
          accept=".bpmn,.xml"
          showUploadList={false}
          beforeUpload={(file) => {
            void file.text().then(change);
            return false;
          }}
        >
          <Button disabled={busy}>选择文件</Button>
        </Upload>
        {Object.entries(actions).map(([name, action]) => (
          <Button key={name} disabled={busy} onClick={() => void run(action)}>
            {name}
          </Button>
        ))}
        {basedOn !== null && (
          <Button danger disabled={busy} onClick={discard}>
            放弃草稿
          </Button>
        )}
        <Button type="primary" disabled={busy} onClick={publish}>
          发布
        </Button>
      </Space>
      {busy && <Alert type="info" style={{ marginTop: 12 }} role="status" title="正在处理，请稍候" />}
      {failure !== null && <FailureView error={failure} />}
      {results.check !== undefined && <FindingsView check={results.check} />}
      {results.positions !== undefined && <PositionsView preview={results.positions} />}
    </>
  );
}

/** Asks, saves what is on the page, and publishes exactly that. */
function usePublish(key: string, { run, save }: { run: Run; save: () => Promise<string> }): () => void {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return () => {
    let note = "";
    void modal.confirm({
      title: `发布流程「${key}」的新版本？`,
      content: (
        <>
          <p>发布后新发起的流程按新版本办理；办理中的流程仍按原版本。所有版本永久保留，可随时恢复。</p>
          <Input.TextArea
            aria-label="发布说明"
            placeholder="改了什么、依据什么（可不填）"
            maxLength={500}
            onChange={(event) => {
              note = event.target.value;
            }}
          />
        </>
      ),
      okText: "发布",
      cancelText: "取消",
      onOk: () =>
        run(async () => {
          const sha256 = await save();
          const published = await callApi(publishDefinition, { key, sha256, note });
          void message.success(`已发布第 ${published.versionNumber} 版`);
          await queries.invalidateQueries();
        }),
    });
  };
}

function useDiscard(key: string, run: Run): () => void {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return () =>
    void modal.confirm({
      title: `放弃流程「${key}」的草稿？`,
      content: "草稿删除后不能恢复；已发布的版本不受影响。",
      okText: "放弃草稿",
      okButtonProps: { danger: true },
      cancelText: "取消",
      onOk: () =>
        run(async () => {
          await callApi(deleteDefinitionDraft, { key });
          void message.success("草稿已删除");
          await queries.invalidateQueries();
        }),
    });
}
