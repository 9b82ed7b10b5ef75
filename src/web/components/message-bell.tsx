import { BellOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Badge, Button, Drawer, Empty, Spin } from "antd";
import { useState } from "react";
import {
  countUnreadNotifications,
  listNotifications,
  type NotificationView,
  readNotification,
  readNotifications,
} from "../../shared/contracts/notifications.ts";
import { callApi, errorText } from "../api.ts";
import { momentText } from "./dates.ts";
import "./message-bell.css";

const countKey = ["unread-messages"];
const listKey = ["messages"];
const pageSize = 20;

/** 站内信 in the page head (NOT-01): the number unread, and the messages in a drawer. */
export function MessageBell() {
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    queryKey: countKey,
    queryFn: () => callApi(countUnreadNotifications, {}),
    refetchInterval: 60_000,
  });
  const unread = data?.unread ?? 0;
  const count = data?.unreadIsExact === false ? `${unread}+` : String(unread);
  return (
    <>
      <Button
        type="text"
        className="shell-bell"
        aria-label={unread === 0 ? "站内信" : `站内信，${count}条未读`}
        icon={
          <Badge count={unread === 0 ? 0 : count} size="small">
            <BellOutlined aria-hidden />
          </Badge>
        }
        onClick={() => setOpen(true)}
      />
      <Drawer
        open={open}
        title="站内信"
        size={420}
        onClose={() => setOpen(false)}
        destroyOnHidden
        extra={<ReadAll disabled={unread === 0} />}
      >
        <MessageList />
      </Drawer>
    </>
  );
}

function ReadAll({ disabled }: { disabled: boolean }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  async function readAll() {
    try {
      await callApi(readNotifications, {});
      await refresh(client);
    } catch (error) {
      void message.error(errorText(error));
    }
  }
  return (
    <Button size="small" disabled={disabled} onClick={() => void readAll()}>
      全部已读
    </Button>
  );
}

function MessageList() {
  const client = useQueryClient();
  const { message } = App.useApp();
  const list = useInfiniteQuery({
    queryKey: listKey,
    queryFn: ({ pageParam }) => callApi(listNotifications, { page: pageParam, pageSize }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.rows.length < pageSize ? undefined : last.page + 1),
  });
  async function read(one: NotificationView) {
    try {
      await callApi(readNotification, { id: one.id });
      await refresh(client);
    } catch (error) {
      void message.error(errorText(error));
    }
  }
  if (list.isPending) return <Spin description="正在读取站内信" />;
  if (list.isError) return <Alert type="error" showIcon title={errorText(list.error)} />;
  const rows = list.data.pages.flatMap((page) => page.rows);
  if (rows.length === 0) return <Empty description="没有站内信" />;
  return (
    <>
      <ul className="messages" aria-label="站内信列表">
        {rows.map((one) => (
          <Message key={one.id} one={one} onRead={() => void read(one)} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          更早的消息
        </Button>
      )}
    </>
  );
}

function Message({ one, onRead }: { one: NotificationView; onRead: () => void }) {
  return (
    <li className={one.read ? "message" : "message message-unread"}>
      <p className="message-title">
        {!one.read && <span className="message-mark">未读</span>}
        {one.title}
      </p>
      <p>{one.text}</p>
      <p className="message-foot">
        <time dateTime={one.createdAt}>{momentText(one.createdAt)}</time>
        {!one.read && (
          <Button type="link" size="small" aria-label={`标为已读：${one.title}`} onClick={onRead}>
            标为已读
          </Button>
        )}
      </p>
    </li>
  );
}

async function refresh(client: ReturnType<typeof useQueryClient>): Promise<void> {
  await client.invalidateQueries({ queryKey: countKey });
  await client.invalidateQueries({ queryKey: listKey });
}
