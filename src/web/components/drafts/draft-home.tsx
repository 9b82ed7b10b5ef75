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
import { isCode, useKeptDraft, type DraftStart, type KeptCopy, type KeptDraft } from "./use-kept-draft.ts";

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
  const { source, named } = props;
  const { accountId, roleKey } = useSignedIn();
  const { key } = useLocation();
  const local = useDraft<KeptCopy<Value>>(`${source.kind}.${accountId}.${roleKey}`);
  const here = useRef(usable(local.found, source)).current;
  const [id] = useState(named ?? here?.link?.id);
  const stored = useQuery({
    queryKey: ["getDraft", id, key],
    queryFn: () => callApi(getDraft, { id: id ?? "" }),
    enabled: id !== undefined,
    gcTime: 0,
    staleTime: Infinity,
  });
  const gone = isCode(stored.error, "draft.not_found") || isCode(stored.error, "request.invalid");
  if (id !== undefined && stored.data === undefined && !stored.isError) return <Skeleton active />;
  if (stored.isError && !gone) {
    return <LoadFailed error={stored.error} retry={() => void stored.refetch()} />;
  }
  const own = here !== null && here.link?.id === id ? here : null;
  if (gone && named !== null && own?.unsaved !== true) return <NoDraft text={errorText(stored.error)} />;
  const start = startOf(own, stored.data, { read: source.read, keptAt: local.savedAt });
  if (start === null) return <NoDraft text="该草稿的内容与现行申报要求不符，不能继续填写" />;
  return <Kept source={source} local={local} start={start} render={props.children} />;
}

function usable<Value extends object>(copy: KeptCopy<Value> | null, source: DraftSource<Value>) {
  const value = copy === null ? null : source.read(copy.value);
  return copy === null || value === null ? null : { ...copy, value };
}

/** What was typed here and not saved comes before what the server has; null for a draft that cannot be used. */
function startOf<Value>(
  own: KeptCopy<Value> | null,
  stored: Stored | undefined,
  { read, keptAt }: { read: (content: unknown) => Value | null; keptAt: Date | null },
): DraftStart<Value> | null {
  if (own?.unsaved === true) {
    const link = own.link !== null && stored === undefined ? null : own.link;
    const expiresAt = stored?.expiresAt ?? null;
    return { copy: { ...own, link }, keptAt: keptAt?.toISOString() ?? null, expiresAt };
  }
  if (stored === undefined) return { copy: null, keptAt: null, expiresAt: null };
  const value = read(JSON.parse(stored.content));
  if (value === null) return null;
  const link = { id: stored.id, version: stored.version };
  return {
    copy: { value, link, unsaved: false },
    keptAt: stored.savedAt,
    expiresAt: stored.expiresAt,
  };
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
