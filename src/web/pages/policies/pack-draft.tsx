import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Skeleton, Space } from "antd";
import { useState } from "react";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import {
  checkPolicyPack,
  getPolicyDraft,
  getPolicyVersion,
  listPolicyVersions,
  previewPolicyImpact,
  publishPolicyPack,
  runPolicyCases,
  savePolicyDraft,
} from "../../../shared/contracts/policies.ts";
import { ApiError, callApi } from "../../api.ts";
import { LoadFailed } from "../../components/data-table.tsx";
import { FailureView } from "../../components/failure-view.tsx";
import { type Run, useAction } from "../../components/use-action.ts";
import { CaseResults, Findings, ImpactView } from "./pack-results.tsx";

interface Source {
  text: string;
  /** hash of the saved draft that the text comes from; null when there is none */
  basedOn: string | null;
}

/** The draft, or the text in force to begin one from. */
async function loadSource(packId: string): Promise<Source> {
  try {
    const { text, sha256 } = await callApi(getPolicyDraft, { packId });
    return { text, basedOn: sha256 };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "policy.draft_not_found") throw error;
  }
  const { rows } = await callApi(listPolicyVersions, { packId, pageSize: 1 });
  const packVersion = rows[0]?.packVersion;
  if (packVersion === undefined) return { text: "", basedOn: null };
  const { text } = await callApi(getPolicyVersion, { packId, packVersion });
  return { text, basedOn: null };
}

/** Edits, checks, previews and publishes the draft of one pack. */
export function PackDraft({ packId }: { packId: string }) {
  const source = useQuery({
    queryKey: ["policy-draft", packId],
    queryFn: () => loadSource(packId),
    // What the officer is typing must not be replaced under his hands.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (source.isError) return <LoadFailed error={source.error} retry={() => void source.refetch()} />;
  if (source.data === undefined) return <Skeleton active />;
  return <DraftEditor key={source.dataUpdatedAt} packId={packId} source={source.data} />;
}

interface Results {
  check?: ResponseOf<typeof checkPolicyPack>;
  cases?: ResponseOf<typeof runPolicyCases>;
  impact?: ResponseOf<typeof previewPolicyImpact>;
}

function DraftEditor({ packId, source }: { packId: string; source: Source }) {
  const [text, setText] = useState(source.text);
  const [basedOn, setBasedOn] = useState(source.basedOn);
  const [results, setResults] = useState<Results>({});
  const { busy, failure, run } = useAction();
  const publish = usePublish(packId, run);
  const save = async () => {
    const { sha256 } = await callApi(savePolicyDraft, { packId, text, basedOn });
    setBasedOn(sha256);
    return sha256;
  };
  const actions = {
    保存草稿: async () => void (await save()),
    校验: async () => setResults({ check: await callApi(checkPolicyPack, { packId, text }) }),
    运行算例: async () => setResults({ cases: await callApi(runPolicyCases, { packId, text }) }),
    影响预览: async () => setResults({ impact: await callApi(previewPolicyImpact, { packId, text }) }),
  };
  return (
    <>
      <Input.TextArea
        aria-label="规则包内容"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setResults({});
        }}
        rows={22}
        spellCheck={false}
        style={{ fontFamily: "monospace", marginBottom: 12 }}
      />
      <Space wrap>
        {Object.entries(actions).map(([name, action]) => (
          <Button key={name} disabled={busy} onClick={() => void run(action)}>
            {name}
          </Button>
        ))}
        <Button type="primary" disabled={busy} onClick={() => publish(save)}>
          发布
        </Button>
      </Space>
      {failure !== null && <FailureView error={failure} />}
      {results.check !== undefined && <Findings check={results.check} />}
      {results.cases !== undefined && <CaseResults run={results.cases} />}
      {results.impact !== undefined && <ImpactView impact={results.impact} />}
    </>
  );
}

/** Asks, saves what is on the page, and publishes exactly that. */
function usePublish(packId: string, run: Run): (save: () => Promise<string>) => void {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  return (save) =>
    void modal.confirm({
      title: `发布规则包「${packId}」？`,
      content:
        "发布后立即用于新的计算和认定，已存的年度结果随后按新版本重新认定。已认定的学时不变，所有版本永久保留，可随时恢复。",
      okText: "发布",
      cancelText: "取消",
      onOk: () =>
        run(async () => {
          const sha256 = await save();
          const published = await callApi(publishPolicyPack, { packId, sha256 });
          void message.success(`已发布 ${published.packVersion}`);
          await queries.invalidateQueries();
        }),
    });
}
