import { Alert, Button } from "antd";
import { Link } from "react-router";
import type { BlockingItem } from "../../../shared/contracts/applications.ts";
import { mayFollow } from "../../page-modules.ts";
import { useSignedIn } from "../../session.tsx";

export interface BlockingListProps {
  items: readonly BlockingItem[];
  /** whether they are being counted anew */
  busy: boolean;
  onRefresh: () => void;
}

/** What must be finished before something can be applied for, with where that is done (TRF-01, ORG-10). */
export function BlockingList({ items, busy, onRefresh }: BlockingListProps) {
  if (items.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title="有未办结的事项，暂不能办理"
      description={
        <>
          <BlockingItems items={items} />
          <Button size="small" loading={busy} onClick={onRefresh} style={{ marginTop: 8 }}>
            已办结，重新核对
          </Button>
        </>
      }
    />
  );
}

/** One line an item: a link for whoever may open the page behind it, else only what it is. */
export function BlockingItems({ items }: Pick<BlockingListProps, "items">) {
  const session = useSignedIn();
  return (
    <ul>
      {items.map((item) => (
        <li key={item.kind}>
          {mayFollow(session, item.link) ? (
            <Link to={item.link}>{itemText(item)}</Link>
          ) : (
            <>{itemText(item)}，请由有权限的管理员办结</>
          )}
        </li>
      ))}
    </ul>
  );
}

function itemText({ name, count, countIsExact }: BlockingItem): string {
  return `${name}（${countIsExact ? "" : "至少"}${count}项）`;
}
