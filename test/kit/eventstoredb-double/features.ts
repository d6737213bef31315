import { type sendUnaryData, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { features, gossip, StreamsService, uuid } from './messages.js';

const VERSION = '24.10.14';
const LEADER = gossip.MemberInfo.VNodeState.LEADER;

type Empty = unknown;

/**
 * Which calls the server knows: what makes the client choose the shared append stream. Fails as often as `failures` says, in
 * a way that the client takes for final.
 */
export const supportedMethods =
  (failures: { left: number }) =>
  (
    _call: ServerUnaryCall<Empty, InstanceType<typeof features.SupportedMethods>>,
    answer: sendUnaryData<InstanceType<typeof features.SupportedMethods>>,
  ): void => {
    if (failures.left-- > 0) return answer({ code: status.INTERNAL, details: 'the server ended' });
    const methods = Object.values(StreamsService).map(({ path }: { path: string }) => {
      const [, service, method] = path.split('/');
      return new features.SupportedMethod()
        .setServiceName(service!.toLowerCase())
        .setMethodName(method!.toLowerCase());
    });
    answer(null, new features.SupportedMethods().setEventStoreServerVersion(VERSION).setMethodsList(methods));
  };

/** A cluster of one node. */
export function clusterInfo(port: () => number) {
  const id = crypto.randomUUID();
  return (
    _call: ServerUnaryCall<Empty, InstanceType<typeof gossip.ClusterInfo>>,
    answer: sendUnaryData<InstanceType<typeof gossip.ClusterInfo>>,
  ): void => {
    const member = new gossip.MemberInfo()
      .setInstanceId(uuid(id))
      .setTimeStamp(String(Date.now()))
      .setState(LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(port()));
    answer(null, new gossip.ClusterInfo().setMembersList([member]));
  };
}
