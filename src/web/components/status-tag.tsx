import { Tag } from "antd";

/** One fixed colour per meaning, everywhere (convention 18). Every pair has a contrast of at least 4.5:1. */
const tones = {
  waiting: { color: "#0a4b91", background: "#e3eefb" },
  good: { color: "#135c2f", background: "#e2f4e8" },
  bad: { color: "#a50d25", background: "#fde8eb" },
  warning: { color: "#7a4600", background: "#fdf0da" },
  quiet: { color: "#465160", background: "#eceff3" },
} as const;

type Tone = keyof typeof tones;

const toneOfStatus: Record<string, Tone> = {
  pending: "waiting",
  open: "waiting",
  current: "waiting",
  queued: "waiting",
  running: "waiting",
  "in-progress": "waiting",
  approved: "good",
  completed: "good",
  done: "good",
  decided: "good",
  finished: "good",
  passed: "good",
  "passed-by-adjustment": "good",
  valid: "good",
  active: "good",
  approve: "good",
  rejected: "bad",
  reject: "bad",
  failed: "bad",
  revoked: "bad",
  updated: "warning",
  merged: "warning",
  unknown: "warning",
  withdrawn: "quiet",
  cancelled: "quiet",
  closed: "quiet",
  none: "quiet",
  deregistered: "quiet",
  waiting: "quiet",
  skipped: "quiet",
};

/** An instance in the colour of how it ended: one that was rejected or withdrawn is finished, too, but not well. */
export function InstanceTag({
  status,
  statusName,
  endedAs,
}: {
  status: string;
  statusName: string;
  endedAs: string | null;
}) {
  const shown = endedAs === "rejected" ? "rejected" : endedAs === "ended" ? "withdrawn" : status;
  return <StatusTag status={shown} name={statusName} />;
}

/** A status word in its fixed colour; an unknown status is shown quietly rather than not at all. */
export function StatusTag({ status, name }: { status: string; name: string }) {
  const tone = tones[toneOfStatus[status] ?? "quiet"];
  return (
    <Tag variant="filled" style={{ color: tone.color, background: tone.background, marginInlineEnd: 0 }}>
      {name}
    </Tag>
  );
}
