import type { AllowedTenants, KafkaConnection } from '#messaging';
import { InvalidInput } from '#event-sourcing';
import type { Settings } from '#platform';

/** How the brokers are reached by these settings. Throws InvalidInput where they contradict each other. */
export function connectionOf(settings: Settings): KafkaConnection {
  const { kafka: brokers, kafkaSasl: mechanism, kafkaUser: username, kafkaPassword: password } = settings;
  const { kafkaCaFile: caFile, kafkaCertFile: certFile, kafkaKeyFile: keyFile } = settings;
  const named = [mechanism, username, password].filter((value) => value !== undefined).length;
  if (named !== 0 && named !== 3) {
    const detail =
      'CX_KAFKA_SASL, CX_KAFKA_USER and CX_KAFKA_PASSWORD belong together: set all three or none';
    throw new InvalidInput('invalid-config', detail, [{ pointer: '/CX_KAFKA_SASL', detail }]);
  }
  const sasl = mechanism && username && password ? { mechanism, username, password } : undefined;
  return { brokers, sasl, tls: settings.kafkaTls === 'on' ? { caFile, certFile, keyFile } : undefined };
}

/** The tenants that may be named on each topic: those set for every topic, and those set for this one. */
export function tenantsByTopic({ kafkaTopics, kafkaTenants }: Settings): ReadonlyMap<string, AllowedTenants> {
  return new Map(
    kafkaTopics.map((topic) => {
      const allowed = kafkaTenants.flatMap((item) => {
        const [tenant, on = topic] = item.split(':').reverse();
        return on === topic ? [tenant!] : [];
      });
      if (allowed.length > 0) return [topic, allowed as unknown as AllowedTenants];
      const detail = `CX_KAFKA_TENANTS allows no tenant on the topic ${topic}: add tenant or ${topic}:tenant`;
      throw new InvalidInput('invalid-config', detail, [{ pointer: '/CX_KAFKA_TENANTS', detail }]);
    }),
  );
}
