// The message classes and service definitions that the client ships. They are CommonJS without names that Node finds
// by itself, so each module is imported whole.
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import featureServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import rpcStatus from '@eventstore/db-client/generated/status_pb.js';
import streamServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';

export { any, empty, features, gossip, rpcStatus, shared, streams };

export const { StreamsService } = streamServices;
export const { GossipService } = gossipServices;
export const { ServerFeaturesService } = featureServices;

export type ReadReq = InstanceType<typeof streams.ReadReq>;
export type ReadResp = InstanceType<typeof streams.ReadResp>;
export type BatchAppendReq = InstanceType<typeof streams.BatchAppendReq>;
export type BatchAppendResp = InstanceType<typeof streams.BatchAppendResp>;

/** A UUID as the client reads and writes it. */
export function uuid(text: string): InstanceType<typeof shared.UUID> {
  return new shared.UUID().setString(text);
}

/** The text of a UUID in lower case; the client sends its own ids in two halves. */
export function uuidText(message: InstanceType<typeof shared.UUID> | undefined): string {
  if (message === undefined) return '';
  if (message.hasString()) return message.getString().toLowerCase();
  const halves = message.getStructured();
  const half = (value: string | undefined) =>
    BigInt.asUintN(64, BigInt(value ?? '0'))
      .toString(16)
      .padStart(16, '0');
  const hex = half(halves?.getMostSignificantBits()) + half(halves?.getLeastSignificantBits());
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function streamIdentifier(name: string): InstanceType<typeof shared.StreamIdentifier> {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(name).toString('base64'));
}

export function streamNameOf(identifier: InstanceType<typeof shared.StreamIdentifier> | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? new Uint8Array()).toString();
}
