import { SaveOutlined } from "@ant-design/icons";
import { Alert, App, Button, Flex, Modal, Typography } from "antd";
import { useEffect, useRef } from "react";
import { useLocation, useNavigate } from "react-router";
import { errorText } from "../../api.ts";
import { dayText, momentText } from "../dates.ts";
import { useLeaveWarning } from "../use-draft.ts";
import { DraftList, type DraftListProps } from "./draft-list.tsx";
import { isCode } from "./draft-requests.ts";
import type { DraftHandle } from "./use-kept-draft.ts";

interface DraftProps {
  draft: DraftHandle;
}

/** 保存草稿, and beside it whether everything is saved. */
export function SaveDraftButton({ draft, disabled = false }: DraftProps & { disabled?: boolean }) {
  return (
    <Flex gap={12} align="center" wrap>
      <Button
        icon={<SaveOutlined aria-hidden />}
        loading={draft.saving}
        disabled={disabled || !draft.unsaved}
        onClick={() => void draft.save()}
      >
        保存草稿
      </Button>
      <Typography.Text type="secondary" role="status">
        {stateText(draft)}
      </Typography.Text>
    </Flex>
  );
}

function stateText({ saving, unsaved, savedAt, expiresAt }: DraftHandle): string {
  if (saving) return "正在保存…";
  if (unsaved) return "有未保存的修改";
  return savedAt === null ? "" : `草稿已于 ${momentText(savedAt)} 保存，保留至 ${dayText(expiresAt)}`;
}

/** What stands above a form about its draft; nothing above one that is kept by nobody. */
export function DraftHead({ draft, kind }: { draft: DraftHandle | null; kind: DraftListProps["kind"] }) {
  if (draft === null) return null;
  return (
    <>
      <RestoredDraft draft={draft} />
      <DraftProblem draft={draft} kind={kind} />
    </>
  );
}

/** Why the draft could not be saved, with what can be done about it. */
function DraftProblem({ draft, kind }: DraftProps & Pick<DraftListProps, "kind">) {
  const reopen = useReopen();
  if (draft.lost) return <LostDraft />;
  if (draft.problem === null || draft.saving) return null;
  const changed = isCode(draft.problem, "draft.changed");
  const gone = isCode(draft.problem, "draft.not_found");
  const tooMany = isCode(draft.problem, "draft.too_many");
  const alert = (
    <Alert
      type="warning"
      showIcon
      role="alert"
      style={{ marginBottom: 16 }}
      title={
        changed && draft.changedAt !== null
          ? `该草稿已在其他窗口保存过（${momentText(draft.changedAt)}），此处的修改尚未保存`
          : `草稿未能保存：${errorText(draft.problem)}`
      }
      description={
        <Flex gap={8} wrap style={{ marginTop: 8 }}>
          {changed && (
            <Button
              size="small"
              onClick={() => {
                draft.forget();
                reopen(draft.id);
              }}
            >
              打开最新草稿，放弃此处修改
            </Button>
          )}
          {changed || gone ? (
            <Button size="small" type="primary" onClick={() => void draft.saveAsNew()}>
              另存为新草稿
            </Button>
          ) : (
            <Button size="small" onClick={() => void draft.save()}>
              重新保存
            </Button>
          )}
        </Flex>
      }
    />
  );
  return (
    <>
      {alert}
      {tooMany && <DraftList kind={kind} />}
    </>
  );
}

/** Of two windows that submit one draft the second is asked to look first: what it sends would be sent twice. */
function LostDraft() {
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      style={{ marginBottom: 16 }}
      title="该草稿已提交、删除或过期，此次未提交"
      description="请先查看申报记录，确认没有提交过；再次提交将作为新的一份提交。"
    />
  );
}

/** Says that the form goes on with what was kept, and lets one begin anew. */
function RestoredDraft({ draft }: DraftProps) {
  const { message } = App.useApp();
  const reopen = useReopen();
  const { restored, keptAt } = draft;
  if (!restored) return null;
  const discard = async () => {
    try {
      await draft.discard();
      reopen();
    } catch (error) {
      void message.error(errorText(error));
    }
  };
  const another = async () => {
    if (draft.unsaved && !(await draft.save())) return;
    draft.forget();
    reopen();
  };
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 16 }}
      title={`已恢复 ${keptAt === null ? "上次" : momentText(keptAt)} 未提交的草稿`}
      action={
        <Flex gap={8} wrap>
          <Button onClick={() => void another()}>保留草稿，另填一份</Button>
          <Button onClick={() => void discard()}>放弃草稿，重新填写</Button>
        </Flex>
      }
    />
  );
}

/** Saves the draft when the page is about to be left, and says so; nobody must fear for his work. */
export function DraftLeaveDialog({ draft, unsent }: DraftProps & { unsent: boolean }) {
  const blocker = useLeaveWarning(unsent && draft.unsaved);
  const blocked = blocker.state === "blocked";
  const save = useRef(draft.save);
  save.current = draft.save;
  useEffect(() => {
    if (blocked) void save.current();
  }, [blocked]);
  return (
    <Modal
      open={blocked}
      title="离开此页面？"
      okText="离开"
      cancelText="继续填写"
      onOk={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      <p role="status">{leaveText(draft)}</p>
    </Modal>
  );
}

function leaveText({ problem, unsaved, expiresAt }: DraftHandle): string {
  if (problem !== null)
    return `内容尚未提交，草稿未能保存到平台（${errorText(problem)}），只保留在这台电脑的浏览器中。`;
  if (unsaved) return "内容尚未提交，正在为您保存草稿…";
  return `内容尚未提交，已为您保存草稿，${dayText(expiresAt)} 前可在「我的草稿」中继续填写。`;
}

/** Opens the same page again, with a draft or empty. */
export function useReopen(): (draftId?: string) => void {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (draftId) =>
    void navigate(draftId === undefined ? pathname : `${pathname}?draft=${draftId}`, { replace: true });
}
