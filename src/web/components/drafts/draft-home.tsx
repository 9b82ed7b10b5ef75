import { useQuery } from "@tanstack/react-query";
import { Button, Result, Skeleton } from "antd";
import { useRef, useState, type ReactNode } from "react";
import { Link, useLocation, useSearchParams } from "react-router";
import { getDraft } from "../../../shared/contracts/drafts.ts";
import type { ResponseOf } from "../../../shared/contracts/endpoint.ts";
import { callApi, errorText } from "../../api.ts";
import { useSignedIn } from "../../session.tsx";
import { LoadFailed } from "../data-table.tsx";
import { useDraft, type Draft } from "../use-draft.ts";
import type { DraftSource } from "./draft-source.ts";
import { isCode } from "./draft-requests.ts";
import { useKeptDraft, type DraftStart, type KeptCopy, type KeptDraft } from "./use-kept-draft.ts";

export interface DraftHomeProps<Value extends object> {
  source: DraftSource<Value>;
  children: (draft: KeptDraft<Value>) => ReactNode;
}

type Stored = ResponseOf<typeof getDraft>;

/**
 * Gives a form the draft that it goes on with: the one that the address names (`?draft=`), else what this browser kept.
 * Every new opening of the address is a new form.
 */
export function DraftHome<Value extends object>(props: DraftHomeProps<Value>) {
  const { key } = useLocation();
  const [params] = useSearchParams();
  return <Opening key={key} {...props} named={params.get("draft")} />;
}

function Opening<Value extends object>(props: DraftHomeProps<Value> & { named: string | null }) {
  const { source, named, children } = props;
  const { accountId, roleKey } = useSignedIn();
  const local = useDraft<KeptCopy<Value>>(`${source.kind}.${accountId}.${roleKey}`);
  const here = useRef(usable(local.found, source)).current;
  const linked = draftOf(here);
  const [id] = useState(named ?? linked);
  const stored = useStoredDraft(id);
  const own = linked === id ? here : null;
  if (stored.isLoading) return <Skeleton active />;
  if (stored.isError && !isDispensable(stored.error, own, named)) {
    return <DraftFailed error={stored.error} retry={() => void stored.refetch()} />;
  }
  const start = startOf(own, stored.data, { source, savedAt: local.savedAt });
  if (start === null) return <NoDraft text="该草稿的内容与现行申报要求不符，不能继续填写" />;
  return <Kept source={source} local={local} start={start} render={children} />;
}

/** What the server has, as it was when the address was opened: it is not fetched again under a form. */
function useStoredDraft(id: string | undefined) {
  const { key } = useLocation();
  return useQuery({
    queryKey: ["getDraft", id, key],
    queryFn: () => callApi(getDraft, { id: id ?? "" }),
    enabled: id !== undefined,
    gcTime: 0,
    staleTime: Infinity,
  });
}

/** A draft that is gone is missed only by whoever asked for it and has nothing of it here. */
function isDispensable(error: unknown, own: KeptCopy<unknown> | null, named: string | null): boolean {
  return isGone(error) && (own?.unsaved === true || named === null);
}

function DraftFailed({ error, retry }: { error: unknown; retry: () => void }) {
  return isGone(error) ? <NoDraft text={errorText(error)} /> : <LoadFailed error={error} retry={retry} />;
}

/** Submitted, deleted, expired or another's; or an address that names no draft at all. */
function isGone(error: unknown): boolean {
  return isCode(error, "draft.not_found") || isCode(error, "request.invalid");
}

function draftOf(copy: KeptCopy<unknown> | null): string | undefined {
  return copy?.link?.id;
}

function usable<Value extends object>(copy: KeptCopy<Value> | null, source: DraftSource<Value>) {
  const value = copy === null ? null : source.read(copy.value);
  return copy === null || value === null ? null : { ...copy, value };
}

/**
 * What was typed here and not saved comes before what the server has; where that is gone it becomes a new draft. null for
 * a draft that the page cannot use any more.
 */
function startOf<Value extends object>(
  own: KeptCopy<Value> | null,
  stored: Stored | undefined,
  { source, savedAt }: { source: DraftSource<Value>; savedAt: Date | null },
): DraftStart<Value> | null {
  if (own?.unsaved !== true) return storedStart(stored, source);
  const keptAt = savedAt === null ? null : savedAt.toISOString();
  if (stored === undefined) return { copy: { ...own, link: null }, keptAt, expiresAt: null };
  return { copy: own, keptAt, expiresAt: stored.expiresAt };
}

/** What the server has, an empty form where it has nothing; null for a draft that this page cannot use any more. */
function storedStart<Value extends object>(
  stored: Stored | undefined,
  { read }: DraftSource<Value>,
): DraftStart<Value> | null {
  if (stored === undefined) return { copy: null, keptAt: null, expiresAt: null };
  const value = read(JSON.parse(stored.content));
  if (value === null) return null;
  const { id, version, savedAt, expiresAt } = stored;
  return { copy: { value, link: { id, version }, unsaved: false }, keptAt: savedAt, expiresAt };
}

function Kept<Value extends object>({
  source,
  local,
  start,
  render,
}: {
  source: DraftSource<Value>;
  local: Draft<KeptCopy<Value>>;
  start: DraftStart<Value>;
  render: (draft: KeptDraft<Value>) => ReactNode;
}) {
  const [first] = useState(start);
  return render(useKeptDraft(source, local, first));
}

/** A draft that was submitted, deleted or has expired (or was somebody else's), with the way on. */
function NoDraft({ text }: { text: string }) {
  const { pathname } = useLocation();
  return (
    <Result
      status="warning"
      title="无法打开草稿"
      subTitle={text}
      extra={
        <Link to={pathname}>
          <Button type="primary">重新填写</Button>
        </Link>
      }
    />
  );
}
