import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Card, Input, Skeleton, Tree } from "antd";
import { useState, type Key } from "react";
import { listSubordinates } from "../../../shared/contracts/organizations.ts";
import { callApi, errorText } from "../../api.ts";
import { useSignedIn } from "../../session.tsx";

interface Node {
  key: string;
  title: string;
  children?: Node[];
  isLeaf?: boolean;
}

export interface OrganizationTreeProps {
  value: string | undefined;
  onChange: (organizationId: string | undefined) => void;
}

const shownAtOnce = 100;

async function childrenOf(id: string, name = ""): Promise<Node[]> {
  const page = await callApi(listSubordinates, {
    id,
    ...(name === "" ? {} : { name }),
    page: 1,
    pageSize: shownAtOnce,
  });
  const nodes: Node[] = page.rows.map((row) => ({ key: row.id, title: row.name }));
  if (page.total <= shownAtOnce) return nodes;
  return [...nodes, { key: `${id}-more`, title: `共 ${page.total} 个，请用名称查找`, isLeaf: true }];
}

function useTop(name: string) {
  const { organizationId } = useSignedIn();
  return useQuery({
    queryKey: ["listSubordinates", organizationId, name],
    queryFn: () => childrenOf(organizationId, name),
  });
}

/** Whether there is anything to choose in the tree. */
export function useHasSubordinates(): boolean {
  return (useTop("").data ?? []).length > 0;
}

/** The organizations below one's own, loaded as they are opened, with a search by name (convention 14). */
export function OrganizationTree({ value, onChange }: OrganizationTreeProps) {
  const session = useSignedIn();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [opened, setOpened] = useState<ReadonlyMap<string, Node[]>>(new Map());
  const top = useTop(name);
  const load = async (key: Key) => {
    const id = String(key);
    const children = await queries.fetchQuery({
      queryKey: ["listSubordinates", id, ""],
      queryFn: () => childrenOf(id),
    });
    setOpened((current) => new Map(current).set(id, children));
  };
  const root: Node = {
    key: session.organizationId,
    title: session.organizationName,
    children: (top.data ?? []).map((node) => withChildren(node, opened)),
  };
  return (
    <Card size="small" title="单位" className="tree-card">
      <Input.Search
        allowClear
        placeholder="查找下级单位"
        aria-label="按名称查找下级单位"
        onSearch={(text) => setName(text.trim())}
        style={{ marginBottom: 8 }}
      />
      {top.isError && <Alert type="warning" title={errorText(top.error)} />}
      {top.isPending ? (
        <Skeleton active />
      ) : (
        <Tree<Node>
          aria-label="单位树"
          blockNode
          defaultExpandedKeys={[root.key]}
          treeData={[root]}
          loadData={(node) => (node.children === undefined ? load(node.key) : Promise.resolve())}
          selectedKeys={value === undefined ? [] : [value]}
          onSelect={(keys) => {
            const id = keys[0] === undefined ? undefined : String(keys[0]);
            if (id?.endsWith("-more") !== true) onChange(id);
          }}
        />
      )}
    </Card>
  );
}

function withChildren(node: Node, opened: ReadonlyMap<string, Node[]>): Node {
  const children = opened.get(node.key);
  if (children === undefined) return node;
  return {
    ...node,
    isLeaf: children.length === 0,
    children: children.map((child) => withChildren(child, opened)),
  };
}
