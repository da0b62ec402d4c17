package dev.waxwing.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;

class StoreUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "oss://test.oss-cn-shanghai-internal.aliyuncs.com/model/|test|oss-cn-shanghai-internal.aliyuncs.com|model/",
                "oss://a-b.127.0.0.1:9000/x/y|a-b|127.0.0.1:9000|x/y/",
                "s3://models.of-us/ctr/|models.of-us|s3.amazonaws.com|ctr/",
            })
    void splitsBucketEndpointAndPrefixAsPaiWritesThem(
            String text, String bucket, String endpoint, String prefix) {
        assertThat(StoreUrl.parse(text))
                .isEqualTo(
                        new StoreUrl.Bucket(
                                text.substring(0, text.indexOf(':')), bucket, endpoint, prefix));
    }

    @Test
    void aBucketWithoutAPathHasNoPrefix() {
        assertThat(StoreUrl.parse("s3://models"))
                .isEqualTo(new StoreUrl.Bucket("s3", "models", "s3.amazonaws.com", ""));
    }

    @Test
    void aFileUrlIsAFolder() {
        assertThat(StoreUrl.parse("file:///data/models/"))
                .isEqualTo(new StoreUrl.Folder(Path.of("/data/models")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oss://test/model/|has no endpoint; write oss://bucket.endpoint/prefix/",
                "http://a/b|begins with none of file://, s3://, oss://",
                "model/|begins with none of file://, s3://, oss://",
                "file://data/models|names no folder",
                "s3://key:secret@bucket/x|credentials come from the environment or a file",
                "s3:///x|names no bucket",
                "s3://a b/x|is not a URL",
            })
    void saysWhatIsWrongWithAUrl(String text, String why) {
        assertThatThrownBy(() -> StoreUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
