using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Journal;

namespace EncryptionService.Provisioning.Tests.Journal;

public sealed class ExportTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("  =1+1", "\"'  =1+1\"")]
    [InlineData("+cmd", "\"'+cmd\"")]
    [InlineData("-cmd", "\"'-cmd\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("＝1+1", "\"'＝1+1\"")]
    [InlineData("\tx", "\"'\tx\"")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("x;=1+1;y", "x;'=1+1;y")]
    [InlineData("x; @SUM(A1)", "x;' @SUM(A1)")]
    [InlineData("x\t+cmd", "x\t'+cmd")]
    [InlineData("-12", "-12")]
    [InlineData("'quoted", "\"'quoted\"")]
    public void A_cell_is_no_formula(string? text, string cell) => Assert.Equal(cell, Csv.Cell(text));

    [Fact]
    public async Task Lines_for_spreadsheets_begin_with_their_names_and_end_as_the_standard_says()
    {
        await using var core = await LogTests.SeedAsync(DatabaseProvider.Sqlite);
        using var target = new MemoryStream();

        await core.Get<LogExport>().WriteCsvAsync(target, "acme", new LogFilter(LogKind.All), Stop);

        var lines = Encoding.UTF8.GetString(target.ToArray()).Split("\r\n");
        Assert.Equal(22, lines.Length);
        Assert.Equal("", lines[^1]);
        Assert.StartsWith("time,entry,what,kind,", lines[0], StringComparison.Ordinal);
        Assert.All(lines[..^1], line => Assert.Equal(17, line.Split(',').Length));
        Assert.StartsWith("2026-06-01T12:00:03.000Z,event,group_created,group,g2,Engines,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_for_programs_are_objects_without_nulls()
    {
        await using var core = await LogTests.SeedAsync(DatabaseProvider.Sqlite);
        using var target = new MemoryStream();

        await core.Get<LogExport>().WriteJsonLinesAsync(target, "acme", new LogFilter(LogKind.All, LogOutcome.Failed), Stop);

        var line = JsonNode.Parse(Encoding.UTF8.GetString(target.ToArray()).TrimEnd('\n'))!.AsObject();
        Assert.Equal(("call", "PATCH", "500", "failed"), ((string?)line["entry"], (string?)line["what"], line["status"]!.ToJsonString(), (string?)line["outcome"]));
        Assert.All(line, pair => Assert.NotNull(pair.Value));
    }
}
