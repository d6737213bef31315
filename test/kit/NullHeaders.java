import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends what kafkajs cannot: `brokers topic value name…` writes one record for each name, its header of that name null. */
public class NullHeaders {
  public static void main(String[] arguments) throws Exception {
    var serializer = new ByteArraySerializer();
    Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0], "acks", "all");
    try (var producer = new KafkaProducer<>(settings, serializer, serializer)) {
      for (int i = 3; i < arguments.length; i++) {
        byte[] value = arguments[2].replace("$N", arguments[i]).getBytes("UTF-8");
        Header nothing = new RecordHeader(arguments[i], (byte[]) null);
        producer.send(new ProducerRecord<>(arguments[1], 0, (byte[]) null, value, List.of(nothing))).get();
      }
    }
  }
}
