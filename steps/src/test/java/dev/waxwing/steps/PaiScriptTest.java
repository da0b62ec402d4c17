package dev.waxwing.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

class PaiScriptTest {
    @Test
    void readsACallOverSeveralLines() {
        List<PaiScript.Call> calls =
                PaiScript.parse(
                        """
                        pai -name modeltransfer2oss
                        -DmodelName=xlab_m_GBDT_LR_1_1806763_v0
                        -DossPath="oss://test.oss-cn-shanghai-internal.aliyuncs.com/model/"
                        -Darn="acs:ram::123456789:role/aliyunodpspaidefaultrole"
                        -Doverwrite=true
                        -Dformat=pmml;
                        """);
        assertThat(calls).hasSize(1);
        assertThat(calls.getFirst().name()).isEqualTo("modeltransfer2oss");
        assertThat(calls.getFirst().parameters())
                .containsExactly(
                        Map.entry("modelname", "xlab_m_GBDT_LR_1_1806763_v0"),
                        Map.entry(
                                "osspath",
                                "oss://test.oss-cn-shanghai-internal.aliyuncs.com/model/"),
                        Map.entry("arn", "acs:ram::123456789:role/aliyunodpspaidefaultrole"),
                        Map.entry("overwrite", "true"),
                        Map.entry("format", "pmml"));
    }

    @Test
    void readsSeveralCallsWithCommentsQuotesAndWithoutTheLastSemicolon() {
        List<PaiScript.Call> calls =
                PaiScript.parse(
                        """
                        -- the night's model; with a semicolon
                        PAI -name GBDT_LR -project algo_public -DfeatureColNames="a,b;c" -- not -Dthis
                            -Dquoted='it said "yes"' -Descaped="a\\"b" -Dempty="";;
                        PAI -name=split -DinputTableName=t""");
        assertThat(calls).extracting(PaiScript.Call::name).containsExactly("gbdt_lr", "split");
        assertThat(calls).extracting(PaiScript.Call::line).containsExactly(2, 4);
        assertThat(calls.getFirst().parameters())
                .containsExactly(
                        Map.entry("featurecolnames", "a,b;c"),
                        Map.entry("quoted", "it said \"yes\""),
                        Map.entry("escaped", "a\"b"),
                        Map.entry("empty", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|there is no PAI call",
                "-- only words|there is no PAI call",
                "set odps.sql.x=1;|line 1: found set; a call begins with PAI -name component",
                "PAI -Da=1;|line 1: the call has no -name",
                "PAI -name a -Db=1 PAI -name c|line 1: found PAI where -Dkey=value or ; is wanted; end the call before with ;",
                "PAI -name a -Db=x y|found y where -Dkey=value or ; is wanted; put quotes around values",
                "PAI -name a -Db=\"x|line 1: the quote of -Db is never closed",
                "PAI -name a -Db;|line 1: -Db has no value; write -Db=value",
                "PAI -name a -Db=1 -DB=2|line 1: -DB is there twice",
                "PAI -name a -x 3|line 1: found -x; options are -name, -project and -Dkey=",
            })
    void saysWhatIsNoPaiCall(String text, String why) {
        assertThatThrownBy(() -> PaiScript.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ds=20200101|((CAST(\"ds\" AS VARCHAR) = '20200101'))",
                "pt='20200101'|((CAST(\"ds\" AS VARCHAR) = '20200101'))",
                "ds=1/hh=2|((CAST(\"ds\" AS VARCHAR) = '1' AND CAST(\"hh\" AS VARCHAR) = '2'))",
                "ds=1,hh=2|((CAST(\"ds\" AS VARCHAR) = '1' AND CAST(\"hh\" AS VARCHAR) = '2'))",
                "ds=1, ds=2|((CAST(\"ds\" AS VARCHAR) = '1') OR (CAST(\"ds\" AS VARCHAR) = '2'))",
                "ds=1/h=2,ds=3/h=4|((CAST(\"ds\" AS VARCHAR) = '1' AND CAST(\"h\" AS VARCHAR) = '2') OR"
                        + " (CAST(\"ds\" AS VARCHAR) = '3' AND CAST(\"h\" AS VARCHAR) = '4'))",
            })
    void readsPartitionsAsPaiAndPyodpsWriteThem(String text, String where) {
        assertThat(PaiPartitions.parse(text).where()).isEqualTo(where);
    }
}
