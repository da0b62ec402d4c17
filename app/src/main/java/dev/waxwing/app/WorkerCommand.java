package dev.waxwing.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

@Command(
        name = "worker",
        description =
                "Works at runs beside `waxwing up` and other workers, which share the project's storage"
                        + " folder and its metadata database.",
        mixinStandardHelpOptions = true)
final class WorkerCommand implements Callable<Integer> {
    @Mixin private ProjectOption project;

    @Override
    public Integer call() throws InterruptedException {
        var progress = new Progress(System.out);
        try (var end = new ToldToEnd();
                Installation installation = project.install();
                var _ = installation.shift(false, progress)) {
            System.out.println("At work (stop with Ctrl-C; what is at work then is given back)");
            end.await();
            return 0;
        }
    }
}
