import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs the main methods of many command-line tools in one JVM, because starting one for each takes most of a run.
 * A line of standard input is one command, fields in Base64: number, time limit in ms, the tool's own standard
 * input, main class, arguments. A line of standard output answers it: number, exit code, output in Base64.
 */
public final class Driver {
    private static final int LATE = 124;

    private static final class Exited extends RuntimeException {
        final int code;

        Exited(int code, String message) {
            super(message, null, false, false);
            this.code = code;
        }
    }

    private static final List<Runnable> hooks = new ArrayList<>();

    /** The first exit counts: a tool may catch what its own exit throws here and exit again. */
    private static volatile Exited firstExit;

    private static void exit(int code, String message) {
        Exited exited = new Exited(code, message);
        if (firstExit == null) firstExit = exited;
        throw exited;
    }

    public static void main(String[] arguments) throws Exception {
        Exit.setExitProcedure(Driver::exit);
        Exit.setHaltProcedure(Driver::exit);
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        PrintStream answers = System.out;
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] fields = Arrays.stream(line.split(" ")).map(Driver::decode).toArray(String[]::new);
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            hooks.clear();
            firstExit = null;
            int code = run(fields, output);
            String shown = Base64.getEncoder().encodeToString(output.toByteArray());
            answers.println("@@ " + fields[0] + " " + code + " " + shown);
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void endQuietly(Runnable hook) {
        FutureTask<Void> task = new FutureTask<>(hook, null);
        Thread thread = new Thread(task, "hook");
        thread.setDaemon(true);
        thread.start();
        try {
            task.get(3, TimeUnit.SECONDS);
        } catch (Exception ignored) {
            // A hook that fails or hangs would not have kept the process either.
        }
    }

    private static String decode(String field) {
        return new String(Base64.getDecoder().decode(field.substring(1)), StandardCharsets.UTF_8);
    }

    private static int run(String[] fields, ByteArrayOutputStream output) throws Exception {
        PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(captured);
        System.setErr(captured);
        System.setIn(new ByteArrayInputStream(fields[2].getBytes(StandardCharsets.UTF_8)));
        String[] arguments = Arrays.copyOfRange(fields, 4, fields.length);
        FutureTask<Integer> task = new FutureTask<>(() -> call(fields[3], arguments, captured));
        Thread thread = new Thread(task, fields[3]);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(Long.parseLong(fields[1]), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            thread.interrupt();
            return LATE;
        } catch (ExecutionException failure) {
            failure.getCause().printStackTrace(captured);
            return 1;
        } finally {
            // The tool thinks that its process ends: what it would do then, such as closing clients, is done.
            for (Runnable hook : hooks) endQuietly(hook);
            captured.flush();
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static int call(String mainClass, String[] arguments, PrintStream captured) throws Exception {
        try {
            Class.forName(mainClass).getMethod("main", String[].class).invoke(null, (Object) arguments);
            return 0;
        } catch (InvocationTargetException wrapped) {
            if (firstExit != null) {
                if (firstExit.getMessage() != null) captured.println(firstExit.getMessage());
                return firstExit.code;
            }
            wrapped.getCause().printStackTrace(captured);
            return 1;
        }
    }
}
