import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the scoreboard asks of the Java client: main(address, case, fresh name). */
public final class ClientCases {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long WAIT_MS = 15_000;

    private final String address;
    private final String topic;
    private final String group;

    private ClientCases(String address, String name) {
        this.address = address;
        this.topic = name;
        this.group = name + "-group";
    }

    public static void main(String[] arguments) throws Exception {
        ClientCases cases = new ClientCases(arguments[0], arguments[2]);
        try (Admin admin = Admin.create(cases.base())) {
            cases.run(arguments[1], admin);
        }
        System.out.println("passed");
    }

    private Properties base() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", address);
        properties.put("metadata.max.age.ms", "1000");
        return properties;
    }

    private void run(String name, Admin admin) throws Exception {
        switch (name) {
            case "produce-none", "produce-gzip", "produce-snappy", "produce-lz4", "produce-zstd" ->
                roundTrip(admin, Map.of("compression.type", name.substring("produce-".length())));
            case "acks-0", "acks-1", "acks-all" ->
                roundTrip(admin, Map.of("acks", name.substring("acks-".length()), "enable.idempotence", "false"));
            case "idempotent" -> roundTrip(admin, Map.of("enable.idempotence", "true"));
            case "consume-beginning" -> positions(admin, "beginning", Set.of("old0", "old1", "old2", "new0", "new1"));
            case "consume-end" -> positions(admin, "end", Set.of("new0", "new1"));
            case "consume-offset" -> positions(admin, "offset", Set.of("old2", "new0", "new1"));
            case "consume-timestamp" -> positions(admin, "timestamp", Set.of("new0", "new1"));
            case "group-commit" -> groupCommit(admin);
            case "group-rebalance" -> groupRebalance(admin);
            case "static-members" -> staticMembers(admin);
            case "admin-topics" -> adminTopics(admin);
            case "admin-partitions" -> adminPartitions(admin);
            case "admin-configs" -> adminConfigs(admin);
            case "admin-offsets" -> adminOffsets(admin);
            case "admin-delete-records" -> adminDeleteRecords(admin);
            case "admin-groups" -> adminGroups(admin);
            case "admin-group-offsets" -> adminGroupOffsets(admin);
            case "admin-cluster" -> adminCluster(admin);
            default -> throw new IllegalArgumentException("no case " + name);
        }
    }

    private void create(Admin admin, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
        until("the topic is there", () -> partitionCount(admin) == partitions);
    }

    private int partitionCount(Admin admin) {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
        } catch (Exception notYet) {
            return 0;
        }
    }

    private KafkaProducer<String, String> producer(Map<String, String> more) {
        Properties properties = base();
        properties.putAll(more);
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    private void send(int count, String prefix, int partitions, Map<String, String> more) throws Exception {
        try (KafkaProducer<String, String> producer = producer(more)) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, i % partitions, "k" + i, prefix + i)).get();
            }
        }
    }

    private KafkaConsumer<String, String> consumer(Map<String, String> more) {
        Properties properties = base();
        properties.put("auto.offset.reset", "earliest");
        properties.put("heartbeat.interval.ms", "300");
        properties.put("session.timeout.ms", "10000");
        properties.putAll(more);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    private KafkaConsumer<String, String> member(Map<String, String> more) {
        KafkaConsumer<String, String> consumer = consumer(more);
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private static void poll(KafkaConsumer<String, String> consumer, Collection<String> seen) {
        for (ConsumerRecord<String, String> record : consumer.poll(POLL)) seen.add(record.value());
    }

    private static void until(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.currentTimeMillis() + WAIT_MS;
        while (!condition.getAsBoolean()) {
            if (System.currentTimeMillis() > deadline) throw new IllegalStateException("not in time: " + what);
            Thread.sleep(20);
        }
    }

    private static void check(boolean holds, Object seen) {
        if (!holds) throw new IllegalStateException("unexpected: " + seen);
    }

    private void roundTrip(Admin admin, Map<String, String> properties) throws Exception {
        create(admin, 1);
        send(20, "some text that compresses well ".repeat(8), 1, properties);
        List<String> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = member(Map.of("group.id", group))) {
            until("twenty are read", () -> {
                poll(consumer, seen);
                return seen.size() >= 20;
            });
        }
        check(new HashSet<>(seen).size() == 20 && seen.size() == 20, seen);
    }

    private void positions(Admin admin, String from, Set<String> wanted) throws Exception {
        create(admin, 1);
        TopicPartition partition = new TopicPartition(topic, 0);
        send(3, "old", 1, Map.of());
        Thread.sleep(20);
        long between = System.currentTimeMillis();
        List<String> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            consumer.assign(List.of(partition));
            switch (from) {
                case "beginning" -> consumer.seekToBeginning(List.of(partition));
                case "offset" -> consumer.seek(partition, 2);
                default -> consumer.seekToEnd(List.of(partition));
            }
            consumer.position(partition);
            send(2, "new", 1, Map.of());
            if (from.equals("timestamp")) {
                consumer.seek(partition, consumer.offsetsForTimes(Map.of(partition, between)).get(partition).offset());
            }
            until("all are read", () -> {
                poll(consumer, seen);
                return seen.size() >= wanted.size();
            });
        }
        check(wanted.equals(new HashSet<>(seen)) && wanted.size() == seen.size(), seen);
    }

    private void groupCommit(Admin admin) throws Exception {
        create(admin, 2);
        for (int round = 0; round < 2; round++) {
            send(6, "round" + round + "-", 2, Map.of());
            List<String> seen = new ArrayList<>();
            try (KafkaConsumer<String, String> consumer = member(Map.of("group.id", group))) {
                until("six are read", () -> {
                    poll(consumer, seen);
                    return seen.size() >= 6;
                });
                consumer.commitSync();
            }
            String prefix = "round" + round;
            check(seen.size() == 6 && seen.stream().allMatch(each -> each.startsWith(prefix)), seen);
        }
    }

    private void groupRebalance(Admin admin) throws Exception {
        create(admin, 6);
        Set<String> seen = new TreeSet<>();
        List<KafkaConsumer<String, String>> members = new ArrayList<>();
        for (int i = 0; i < 3; i++) members.add(member(Map.of("group.id", group)));
        until("each has two partitions", () -> {
            members.forEach(each -> poll(each, seen));
            return members.stream().allMatch(each -> each.assignment().size() == 2);
        });
        send(60, "three", 6, Map.of());
        until("three members read all", () -> {
            members.forEach(each -> poll(each, seen));
            return seen.size() >= 60;
        });
        members.remove(2).close();
        send(60, "two", 6, Map.of());
        until("two members read all", () -> {
            members.forEach(each -> poll(each, seen));
            return seen.size() >= 120;
        });
        check(members.stream().allMatch(each -> each.assignment().size() == 3), "assignments");
        members.forEach(KafkaConsumer::close);
    }

    private void staticMembers(Admin admin) throws Exception {
        create(admin, 2);
        Set<String> seen = new TreeSet<>();
        Map<String, String> first = Map.of("group.id", group, "group.instance.id", "stays");
        Map<String, String> second = Map.of("group.id", group, "group.instance.id", "restarts");
        KafkaConsumer<String, String> stays = member(first);
        KafkaConsumer<String, String> restarts = member(second);
        until("each has one partition", () -> {
            poll(stays, seen);
            poll(restarts, seen);
            return stays.assignment().size() == 1 && restarts.assignment().size() == 1;
        });
        Set<TopicPartition> before = restarts.assignment();
        int generation = stays.groupMetadata().generationId();
        restarts.close();
        KafkaConsumer<String, String> again = member(second);
        until("it has its partition back", () -> {
            poll(stays, seen);
            poll(again, seen);
            return again.assignment().equals(before);
        });
        check(stays.groupMetadata().generationId() == generation, stays.groupMetadata());
        stays.close();
        again.close();
    }

    private void adminTopics(Admin admin) throws Exception {
        create(admin, 2);
        check(admin.listTopics().names().get().contains(topic), "it is not listed");
        admin.deleteTopics(List.of(topic)).all().get();
        until("it is gone", () -> partitionCount(admin) == 0);
    }

    private void adminPartitions(Admin admin) throws Exception {
        create(admin, 1);
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
        until("there are three", () -> partitionCount(admin) == 3);
    }

    private void adminConfigs(Admin admin) throws Exception {
        create(admin, 1);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry("retention.ms", "12345"), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
        until("the value is there", () -> {
            try {
                var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
                return config.get("retention.ms").value().equals("12345");
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        check(admin.describeConfigs(List.of(broker)).all().get().get(broker).get("log.dirs") != null, "log.dirs");
    }

    private void adminOffsets(Admin admin) throws Exception {
        create(admin, 1);
        send(5, "v", 1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        check(offset(admin, partition, OffsetSpec.earliest()) == 0, "earliest");
        check(offset(admin, partition, OffsetSpec.latest()) == 5, "latest");
        check(offset(admin, partition, OffsetSpec.maxTimestamp()) >= 0, "max timestamp");
        check(offset(admin, partition, OffsetSpec.forTimestamp(0)) == 0, "timestamp");
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec spec) throws Exception {
        return admin.listOffsets(Map.of(partition, spec)).all().get().get(partition).offset();
    }

    private void adminDeleteRecords(Admin admin) throws Exception {
        create(admin, 1);
        send(5, "v", 1, Map.of());
        TopicPartition partition = new TopicPartition(topic, 0);
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3))).all().get();
        check(offset(admin, partition, OffsetSpec.earliest()) == 3, "earliest");
    }

    private void adminGroups(Admin admin) throws Exception {
        groupCommit(admin);
        check(admin.listGroups().all().get().stream().anyMatch(each -> each.groupId().equals(group)), "not listed");
        var described = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        check(described.members().isEmpty(), described);
        admin.deleteConsumerGroups(List.of(group)).all().get();
        check(admin.listGroups().all().get().stream().noneMatch(each -> each.groupId().equals(group)), "listed");
    }

    private void adminGroupOffsets(Admin admin) throws Exception {
        groupCommit(admin);
        TopicPartition partition = new TopicPartition(topic, 0);
        admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(2))).all().get();
        var offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
        check(offsets.get(partition).offset() == 2, offsets);
        admin.deleteConsumerGroupOffsets(group, Set.of(partition)).all().get();
        check(!admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().containsKey(partition), "kept");
    }

    private void adminCluster(Admin admin) throws Exception {
        create(admin, 1);
        check(admin.describeCluster().nodes().get().size() == 1, "nodes");
        check(admin.describeCluster().controller().get().id() == 1, "controller");
        check(!admin.describeCluster().clusterId().get().isEmpty(), "cluster id");
        check(!admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).isEmpty(), "directories");
        check(!admin.describeFeatures().featureMetadata().get().finalizedFeatures().isEmpty(), "features");
    }
}
