package dev.waxwing.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.config.ConfigException;
import dev.waxwing.events.EventType.Role;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

class EventTypesTest {
    @TempDir Path folder;

    @Test
    void areReadFromAllFilesOfAFolder() throws IOException {
        Files.writeString(
                folder.resolve("click.yaml"), "{ event: click, role: click, weight: 0.25 }");
        Files.writeString(folder.resolve("hide.yaml"), "{ event: hide, role: hide }");
        Files.writeString(folder.resolve("like.yaml"), "{ event: like, role: action }");
        Files.writeString(folder.resolve("publish.yaml"), "{ event: publish, role: publish }");
        Files.writeString(folder.resolve("served.yaml"), "{ event: served, role: served }");
        EventTypes types = EventTypes.read(folder);
        assertThat(types.all().keySet())
                .containsExactly("served", "click", "hide", "like", "publish");
        assertThat(types.type("click").orElseThrow().weight()).isEqualTo(0.25);
        assertThat(types.type("like").orElseThrow().weight()).isEqualTo(1);
        assertThat(types.type("hide").orElseThrow().weight()).isEqualTo(0);
        assertThat(types.type("publish").orElseThrow().fields().keySet())
                .containsExactly("author", "tags", "title");
        assertThat(types.type("nothing")).isEmpty();
        assertThat(types.role(Events.click("e"))).contains(Role.CLICK);
    }

    @Test
    void allProblemsOfAllFilesComeTogether() {
        var files = new TreeMap<String, String>();
        files.put("events/a.yaml", "event: click\nrol: click\n");
        files.put("events/b.yaml", "event: click\nrole: clik\nweight: 3\n");
        files.put("events/c.yaml", "event: served\nrole: seen\n");
        files.put("events/d.yaml", "event: My-Event\nrole: seen\n");
        files.put(
                "events/e.yaml",
                "event: note\nrole: action\nfields:\n  text: { type: text, min: 3 }\n");
        assertThatThrownBy(() -> EventTypes.parse(files))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e ->
                                assertThat(String.join("\n", e.problems()))
                                        .contains("events/a.yaml:2")
                                        .contains("did you mean role?")
                                        .contains("events/b.yaml:2")
                                        .contains("did you mean click?")
                                        .contains("events/b.yaml:3")
                                        .contains("click is there already at events/a.yaml:1")
                                        .contains("the role served belongs to the event served")
                                        .contains(
                                                "must be small letters, digits and _, at most 64,"
                                                        + " found \"My-Event\"")
                                        .contains(
                                                "is text, but min and max are for number and"
                                                        + " whole"));
    }

    @Test
    void anEmptyFolderIsToldWhatToPutThere() {
        assertThatThrownBy(() -> EventTypes.read(folder))
                .hasMessageContaining("no event types; put a file such as click.yaml");
    }
}
