package dev.braid.command.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.braid.command.BuildVersion;
import dev.braid.command.Console;
import dev.braid.command.ExitStatus;
import dev.braid.command.JournalArgument;
import dev.braid.command.UsageException;
import dev.braid.persistence.BackupReport;
import dev.braid.persistence.JournalNotEmptyException;
import dev.braid.persistence.Journals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code braid journal backup}: makes a consistent copy of a journal, also while it is written. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        description = {
            "Copies a journal, with its snapshots and its input journal, also while it is being written. The copy is a "
                    + "journal, and can be opened as it is: as if its writer had been stopped at some moment.",
            "Into a folder with an earlier backup of the same journal only what is new is copied. Until all of it is "
                    + "there, the backup before stays as it is; one that was broken off goes on where it was.",
            ""
        },
        footer = {
            "",
            "To restore, copy NEW to where the journal was, or open NEW itself: then it is a journal of its own, and the "
                    + "next backup needs another folder.",
            "Exit status: 0 done, 1 the journal is damaged or NEW is of another one, 2 wrong usage."
        })
final class BackupCommand extends JournalReportCommand<BackupReport> {
    @Parameters(index = "0", paramLabel = "DIR", description = "Folder of the journal.")
    private Path folder;

    @Parameters(
            index = "1",
            paramLabel = "NEW",
            description = "Folder for the copy: absent, empty, or with an earlier backup of this journal.")
    private Path target;

    @Mixin
    private InputJournalOption input;

    @Option(
            names = "--finish",
            description = "Only put a backup in its place that was broken off while that was done; DIR may be gone.")
    private boolean finish;

    BackupCommand(Console console) {
        super(console);
    }

    @Override
    public Integer call() throws IOException {
        if (finish) {
            Journals.finishBackup(target);
            return ExitStatus.DONE;
        }
        return super.call();
    }

    @Override
    BackupReport report() throws IOException {
        JournalArgument.checkJournal(folder);
        Path inputFolder = input.folder();
        checkTarget();
        try {
            return withProgress("copying", progress -> Journals.backup(folder, inputFolder, target, progress));
        } catch (JournalNotEmptyException e) {
            throw new UsageException(target + ": is neither empty nor a backup");
        }
    }

    @Override
    boolean isGood(BackupReport report) {
        return true;
    }

    private void checkTarget() {
        JournalArgument.checkPlace(target.toString(), target);
        Path from = folder.toAbsolutePath().normalize();
        Path to = target.toAbsolutePath().normalize();
        if (to.startsWith(from) || from.startsWith(to)) {
            throw new UsageException(target + ": must not be in the journal, nor the journal in it");
        }
    }

    @Override
    void print(BackupReport report, PrintStream out) {
        out.println("copied: " + report.files().copied() + " segments and snapshots, "
                + report.files().copiedBytes() + " bytes; " + report.files().kept() + " were there");
        out.println("backup: " + report.extent().results() + " results, up to sequence "
                + (report.extent().nextSequence() - 1) + "; the low watermark is "
                + report.extent().lowWatermark());
        if (report.extent().inputNext().isPresent()) {
            out.println("input journal: up to sequence "
                    + (report.extent().inputNext().getAsLong() - 1));
        }
    }

    @Override
    void writeFields(BackupReport report, JsonGenerator json) throws IOException {
        json.writeStringField("journal", report.directory().toString());
        json.writeStringField("backup", report.target().toString());
        json.writeNumberField("copied", report.files().copied());
        json.writeNumberField("copiedBytes", report.files().copiedBytes());
        json.writeNumberField("kept", report.files().kept());
        json.writeNumberField("results", report.extent().results());
        json.writeNumberField("lowWatermark", report.extent().lowWatermark());
        json.writeNumberField("nextSequence", report.extent().nextSequence());
        if (report.extent().inputNext().isPresent()) {
            json.writeNumberField(
                    "inputNextSequence", report.extent().inputNext().getAsLong());
        } else {
            json.writeNullField("inputNextSequence");
        }
        json.writeNumberField("seconds", report.durationNs() / 1e9);
    }
}
