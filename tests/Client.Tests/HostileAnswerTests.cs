using System.Text;
using EncryptionService.Client.Tests.Setting;
using Microsoft.AspNetCore.Http;

namespace EncryptionService.Client.Tests;

/// <summary>Answers that no core gives.</summary>
public sealed class HostileAnswerTests : IAsyncLifetime
{
    private const string Groups = """{"groups":[{"group":"g1","displayName":"One","epoch":1,"revision":1,"envelope":true}]}""";

    private static readonly Dictionary<string, (string Says, Func<HttpContext, Task> Answer)> answers = new()
    {
        ["too long"] = ("longer than 1 MB", context => Json(context, $$"""{"groups":[],"x":"{{new string('a', 1_048_576)}}"}""")),
        ["without end"] = ("longer than 1 MB", WithoutEndAsync),
        ["a redirect"] = ("not followed", context =>
        {
            context.Response.Redirect("/member/v1/elsewhere");
            return Task.CompletedTask;
        }
        ),
        ["a page for people"] = ("not a core's", context => Text(context, 200, "text/html", "<html>")),
        ["another success"] = ("not a core's", context => Text(context, 201, "application/json", Groups)),
        ["an unknown member"] = ("another shape", context => Json(context, Groups.Replace("\"epoch\"", "\"extra\":1,\"epoch\"", StringComparison.Ordinal))),
        ["a member twice"] = ("another shape", context => Json(context, Groups.Replace("\"epoch\"", "\"epoch\":9,\"epoch\"", StringComparison.Ordinal))),
        ["a member too few"] = ("another shape", context => Json(context, Groups.Replace("\"epoch\":1,", "", StringComparison.Ordinal))),
        ["a null"] = ("another shape", context => Json(context, Groups.Replace("\"One\"", "null", StringComparison.Ordinal))),
        ["a null in a list"] = ("malformed value", context => Json(context, """{"groups":[null]}""")),
        ["a negative epoch"] = ("another shape", context => Json(context, Groups.Replace("\"epoch\":1", "\"epoch\":-1", StringComparison.Ordinal))),
        ["an id with a way out"] = ("malformed value", context => Json(context, Groups.Replace("g1", "..", StringComparison.Ordinal))),
        ["half an answer"] = ("another shape", context => Json(context, Groups[..20])),
        ["an array"] = ("another shape", context => Json(context, "[]")),
        ["deep nesting"] = ("another shape", context => Json(context, new string('[', 5_000))),
        ["a broken connection"] = ("cannot be reached", context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }
        ),
        ["a failure"] = ("status 500", context => Text(context, 500, "text/plain", "at Core.Secret()")),
        ["too many requests"] = ("Slow down.", context => Text(context, 429, "application/problem+json", """{"title":"Slow down.","detail":""}""")),
        ["a problem that is none"] = ("status 503", context => Text(context, 503, "application/problem+json", "{")),
        ["a problem that is a list"] = ("status 503", context => Text(context, 503, "application/problem+json", "[]")),
        ["a problem with half a character"] = ("status 503", context => Text(context, 503, "application/problem+json", """{"title":"\ud800"}""")),
    };

    private Desk desk = null!;

    public static TheoryData<string> Answers => [.. answers.Keys];

    public async ValueTask InitializeAsync()
    {
        desk = await Desk.SitAsync();
        await desk.JoinAsync("alice");
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_no_core_gives_is_no_answer(string name)
    {
        var (says, answer) = answers[name];
        desk.Core.Requests.Clear();
        desk.Core.Instead = async context =>
        {
            await answer(context);
            return true;
        };

        var told = await desk.MemberAsync("alice", "groups");

        Assert.Equal((3, ""), (told.Code, told.Out));
        Assert.Contains(says, told.Error, StringComparison.Ordinal);
        Assert.Single(desk.Core.Requests);
        Assert.DoesNotContain("at Core.Secret", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_that_do_not_come_to_an_end_are_left()
    {
        var group = desk.Service.Group("g1");
        group.Add(desk.Core.Members.ByName["alice"].Person);
        desk.Core.Members.Lie = (_, answer) => answer with { Statements = [group.Statements[0].Jws.Compact], More = true };

        var told = await desk.MemberAsync("alice", "open g1");

        Assert.Equal(3, told.Code);
        Assert.Contains("do not come to an end", told.Error, StringComparison.Ordinal);
        Assert.Equal(2, desk.Core.Requests.Count(request => request.Contains("groups/g1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Names_cannot_command_the_terminal()
    {
        var group = desk.Service.Group("g1");
        group.DisplayName = "a\u001b]0;x\u0007b\r\nopened \u202Edcba";
        group.Add(desk.Core.Members.ByName["alice"].Person);
        desk.Core.Members.OrganizationName = "Con\u001b[2Jtoso";

        var groups = await desk.MemberAsync("alice", "groups");
        var opened = await desk.MemberAsync("alice", "open g1 --json");
        var accepted = await desk.MemberAsync("bob", $"accept {desk.Core.Link(desk.Core.Members.Invite("bob"))}");

        Assert.Contains("a?]0;x?b??opened ?dcba", groups.Out, StringComparison.Ordinal);
        Assert.All(groups.Out.TrimEnd() + opened.Out.TrimEnd(), character => Assert.False(char.IsControl(character)));
        Assert.Contains("Con?[2Jtoso", accepted.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_core_that_is_not_there_is_unreachable()
    {
        await desk.Core.DisposeAsync();

        var told = await desk.MemberAsync("alice", "groups");

        Assert.Equal((3, ""), (told.Code, told.Out));
        Assert.Contains("cannot be reached", told.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task A_clock_that_is_wrong_is_thought_of(int minutes)
    {
        desk.Clock.Offset = TimeSpan.FromMinutes(minutes);

        var told = await desk.MemberAsync("alice", "groups");

        Assert.Equal(4, told.Code);
        Assert.Contains("clock", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_member_is_told_so()
    {
        desk.Core.Members.ByName["alice"].Suspended = true;

        var told = await desk.MemberAsync("alice", "groups");

        Assert.Equal(4, told.Code);
        Assert.Contains("The member is suspended. (suspended)", told.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_core_that_tells_of_somebody_else_is_not_believed()
    {
        var bob = await desk.JoinAsync("bob");
        desk.Core.Instead = async context =>
        {
            await Json(context, $$$"""
                {"organization":"o1","organizationName":"","member":"bob","userName":"","core":"core-1",
                 "keys":{"hpke":"{{{bob.Keys!.Hpke.Thumbprint}}}","alg":"HPKE-4","sig":"{{{bob.Keys.Signing.Thumbprint}}}"},"counter":1,"pinned":true}
                """);
            return true;
        };

        Assert.Equal(3, (await desk.MemberAsync("alice", "keys")).Code);
    }

    private static Task Json(HttpContext context, string text) => Text(context, 200, "application/json", text);

    private static Task Text(HttpContext context, int status, string type, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }

    private static async Task WithoutEndAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var blanks = Encoding.ASCII.GetBytes(new string(' ', 65_536));
        while (!context.RequestAborted.IsCancellationRequested)
        {
            try
            {
                await context.Response.Body.WriteAsync(blanks, context.RequestAborted);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                return;
            }
        }
    }
}
