import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { urgeInstance } from "../../../shared/contracts/instances.ts";
import type { InstanceView } from "../../../shared/contracts/workflow.ts";
import { callApi, errorText } from "../../api.ts";
import { momentText } from "../../components/dates.ts";

/** 催办, for whoever applied: once in 24 hours; says when it is possible again (APR-05, PRG-09). */
export function UrgeButton({ instance }: { instance: InstanceView }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const urge = useMutation({
    mutationFn: () => callApi(urgeInstance, { id: instance.id }),
    onSuccess: ({ holders }) => void message.success(`已提醒${holders.join("、")}的管理员`),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["getInstance", instance.id] }),
  });
  if (instance.urging === null) return null;
  const { nextAt } = instance.urging;
  if (nextAt !== null) return <Button disabled>已催办，{momentText(nextAt)} 后可再次催办</Button>;
  return (
    <Button loading={urge.isPending} onClick={() => urge.mutate()}>
      催办
    </Button>
  );
}
