import { Alert, Button } from "antd";
import { Link } from "react-router";
import type { BlockingItem } from "../../../shared/contracts/applications.ts";

export interface BlockingListProps {
  items: readonly BlockingItem[];
  /** whether they are being counted anew */
  busy: boolean;
  onRefresh: () => void;
}

/** What must be finished before something can be applied for, each a link to where it is finished (TRF-01, ORG-10). */
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
          <ul>
            {items.map(({ kind, name, link, count, countIsExact }) => (
              <li key={kind}>
                <Link to={link}>
                  {name}（{countIsExact ? "" : "至少"}
                  {count}项）
                </Link>
              </li>
            ))}
          </ul>
          <Button size="small" loading={busy} onClick={onRefresh} style={{ marginTop: 8 }}>
            已办结，重新核对
          </Button>
        </>
      }
    />
  );
}
