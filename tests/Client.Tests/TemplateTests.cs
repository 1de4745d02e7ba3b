using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EncryptionService.Client.Tests.Setting;
using EncryptionService.Compliance;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests;

/// <summary><c>eec template verify</c>: whoever hands a file out need not be trusted (docs/spec/configuration.md, section 4).</summary>
public sealed class TemplateTests : IAsyncLifetime
{
    private const string Image = "registry.example/eec/service@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Token = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    private static readonly string published = File.ReadAllText(RepositoryRoot.Combine("deploy", "azuredeploy.json"));
    private static readonly SigningJwk callKey = MakeKey();

    private Desk desk = null!;

    /// <summary>What a hostile core might do, by what it does.</summary>
    private static Dictionary<string, Action<JsonObject>> Attacks { get; } = new()
    {
        ["an operator of the core's own"] = t => Parameter(t, "operatorKeys")["defaultValue"] = new JsonArray(JsonNode.Parse(callKey.ToJson())),
        ["operators without a default"] = t => Parameter(t, "operatorKeys").Remove("defaultValue"),
        ["another trust level"] = t => Parameter(t, "trustLevel")["defaultValue"] = "Approved",
        ["one trust level to choose from"] = t => Parameter(t, "trustLevel")["allowedValues"] = new JsonArray("Pinned"),
        ["another generation"] = t => Parameter(t, "identityGeneration")["defaultValue"] = 2,
        ["a number in other figures"] = t => Parameter(t, "identityGeneration")["defaultValue"] = JsonNode.Parse("1.0"),
        ["a number as text"] = t => Parameter(t, "identityGeneration")["defaultValue"] = "1",
        ["an organization by expression"] = t => Parameter(t, "organizationId")["defaultValue"] = "[resourceGroup().name]",
        ["a core by expression"] = t => Parameter(t, "coreUrl")["defaultValue"] = "[concat('https://core','.example/')]",
        ["a token by expression"] = t => Parameter(t, "enrolmentToken")["defaultValue"] = "[newGuid()]",
        ["an image by expression"] = t => Parameter(t, "containerImage")["defaultValue"] = $"[if(true(), 'evil', '{Image}')]",
        ["an image by tag"] = t => Parameter(t, "containerImage")["defaultValue"] = "registry.example/eec/service:latest",
        ["an image with more behind the digest"] = t => Parameter(t, "containerImage")["defaultValue"] = Image + "\n",
        ["a core with a path"] = t => Parameter(t, "coreUrl")["defaultValue"] = "https://core.example/other/",
        ["a core with a name before it"] = t => Parameter(t, "coreUrl")["defaultValue"] = "https://core.example@evil.example/",
        ["a core with letters that look alike"] = t => Parameter(t, "coreUrl")["defaultValue"] = "https://c\u043Ere.example/",
        ["a core without TLS"] = t => Parameter(t, "coreUrl")["defaultValue"] = "http://core.example/",
        ["a private call key"] = t => Parameter(t, "coreCallKey")["defaultValue"] = callKey.ToJson().Replace("{", """{"d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",""", StringComparison.Ordinal),
        ["a call key with white space"] = t => Parameter(t, "coreCallKey")["defaultValue"] = callKey.ToJson() + " ",
        ["an object for a default"] = t => Parameter(t, "coreId")["defaultValue"] = new JsonObject(),
        ["a list for a default"] = t => Parameter(t, "coreId")["defaultValue"] = new JsonArray("core"),
        ["nothing for a default"] = t => Parameter(t, "coreId")["defaultValue"] = null,
        ["a token in the clear"] = t => Parameter(t, "enrolmentToken")["type"] = "string",
        ["another type"] = t => Parameter(t, "containerImage")["type"] = "object",
        ["a parameter more"] = t => t["parameters"]!["backdoor"] = new JsonObject { ["type"] = "string", ["defaultValue"] = "x" },
        ["a parameter in other letters"] = t => t["parameters"]!["OperatorKeys"] = new JsonObject { ["type"] = "array", ["defaultValue"] = new JsonArray() },
        ["parameters in other letters"] = t => t["Parameters"] = t["parameters"]!.DeepClone(),
        ["a parameter less"] = t => t["parameters"]!.AsObject().Remove("allowedCallerRanges"),
        ["another variable"] = t => t["variables"]!["roleCryptoUser"] = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",
        ["an output of the token"] = t => t["outputs"]!["more"] = new JsonObject { ["type"] = "string", ["value"] = "[parameters('enrolmentToken')]" },
        ["a resource at the front"] = t => t["resources"]!.AsArray().Insert(0, new JsonObject { ["type"] = "Microsoft.Resources/deploymentScripts" }),
        ["a resource at the end"] = t => t["resources"]!.AsArray().Add(new JsonObject { ["type"] = "Microsoft.Resources/deploymentScripts" }),
        ["a resource twice"] = t => t["resources"]!.AsArray().Add(t["resources"]![0]!.DeepClone()),
        ["a resource less"] = t => t["resources"]!.AsArray().RemoveAt(3),
        ["resources in another order"] = t => Swap(t["resources"]!.AsArray()),
        ["a member deep inside"] = t => t["resources"]!.AsArray()[^1]!["properties"]!["template"]!["containers"]![0]!["env"]!.AsArray().Add(new JsonObject { ["name"] = "Core__Url", ["value"] = "https://evil.example/" }),
        ["a blank in a text"] = t => t["contentVersion"] = "1.0.0.0 ",
        ["another schema"] = t => t["$schema"] = "https://evil.example/schema.json",
        ["functions of its own"] = t => t["functions"] = new JsonArray(),
        ["a list for the whole resources"] = t => t["resources"] = new JsonObject(),
        ["nothing at all"] = t => t.Clear(),
    };

    /// <summary>Text that some readers take for a template and others not.</summary>
    private static Dictionary<string, Func<string, string>> Texts { get; } = new()
    {
        ["no JSON"] = _ => "hello",
        ["nothing"] = _ => "",
        ["a list"] = text => $"[{text}]",
        ["a comment"] = text => text.Replace("\"variables\"", "/* x */ \"variables\"", StringComparison.Ordinal),
        ["a comment to the end of a line"] = text => $"{text}\n// x",
        ["a comma too many"] = text => $"{text[..text.LastIndexOf('}')]},}}",
        ["something behind it"] = text => $"{text}{{}}",
        ["a member twice"] = text => text.Replace("\"outputs\":", "\"variables\": {}, \"outputs\":", StringComparison.Ordinal),
        ["a member twice, once in escapes"] = text => text.Replace("\"outputs\":", "\"v\\u0061riables\": {}, \"outputs\":", StringComparison.Ordinal),
        ["a default twice"] = text => text.Replace("\"trustLevel\": {", "\"trustLevel\": {\"defaultValue\": \"Pinned\",", StringComparison.Ordinal),
        ["half a letter in a name"] = text => text.Replace("\"outputs\":", "\"\\ud800\": 1, \"outputs\":", StringComparison.Ordinal),
        ["half a letter in a value"] = text => text.Replace("core-1", "core-\\udc00", StringComparison.Ordinal),
        ["a byte order mark"] = text => $"\uFEFF{text}",
        ["too deep"] = _ => string.Concat(Enumerable.Repeat("{\"a\":", 70)) + "1" + new string('}', 70),
        ["too deep by far"] = _ => new string('[', 100_000),
        ["too long"] = text => text + new string(' ', 300_000),
        ["lists in lists"] = text => text.Replace("\"outputs\":", $"\"more\": {new string('[', 60)}{new string(']', 60)}, \"outputs\":", StringComparison.Ordinal),
    };

    public static TheoryData<string> AttackNames => [.. Attacks.Keys];

    public static TheoryData<string> TextNames => [.. Texts.Keys];

    public async ValueTask InitializeAsync() => desk = await Desk.SitAsync();

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task What_was_filled_in_is_shown_and_the_token_is_not()
    {
        var typed = await VerifyAsync(Filled().ToJsonString());

        Assert.True(typed.Code == 0, typed.Out);
        Assert.StartsWith("AS PUBLISHED", typed.Out, StringComparison.Ordinal);
        Assert.All(new[] { "acme", "https://core.example/", "core-1", callKey.Thumbprint.ToString(), Image }, shown => Assert.Contains(shown, typed.Out, StringComparison.Ordinal));
        Assert.DoesNotContain(Token, typed.Out + typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_white_space_and_escapes_mean_nothing()
    {
        var reordered = Filled();
        var parameters = reordered["parameters"]!.AsObject();
        var first = parameters.First();
        parameters.Remove(first.Key);
        parameters.Add(first.Key, first.Value);

        Assert.Equal(0, (await VerifyAsync(reordered.ToString().Replace("\"outputs\"", "\"\\u006futputs\"", StringComparison.Ordinal))).Code);
    }

    [Fact]
    public async Task The_published_template_itself_is_as_published_and_lacks_six_values()
    {
        var typed = await VerifyAsync(published, "--json");

        Assert.Equal((0, "as-published", 6), (typed.Code, (string?)typed.Json["result"], typed.Json["notFilled"]!.AsArray().Count));
    }

    [Theory]
    [MemberData(nameof(AttackNames))]
    public async Task No_other_difference_passes(string attack)
    {
        var file = Filled();
        Attacks[attack](file);

        var typed = await VerifyAsync(file.ToJsonString());
        var card = (await VerifyAsync(file.ToJsonString(), "--json")).Json;

        Assert.Equal((12, true), (typed.Code, typed.Out.StartsWith("NOT AS PUBLISHED", StringComparison.Ordinal)));
        Assert.Equal("differs", (string?)card["result"]);
        Assert.NotEmpty(card["unexpected"]!.AsArray());
        Assert.DoesNotContain(Token, typed.Out + typed.Error + card.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TextNames))]
    public async Task No_text_that_can_be_read_in_two_ways_passes(string text)
    {
        var good = Filled().ToString();
        var bad = Texts[text](good);
        Assert.NotEqual(good, bad);

        Assert.Equal((0, 12), ((await VerifyAsync(good)).Code, (await VerifyAsync(bad)).Code));
    }

    [Fact]
    public async Task A_difference_is_named_by_place_old_and_new()
    {
        var file = Filled();
        file["resources"]!.AsArray().Insert(2, new JsonObject { ["type"] = "more" });
        file["variables"]!["appName"] = "other";
        file["variables"]!["a/b~c"] = 1;

        var rows = (await VerifyAsync(file.ToJsonString(), "--json")).Json["unexpected"]!.AsArray();

        Assert.Equal(
            [("/variables/appName", "\"eec-container\"", "\"other\""), ("/variables/a~1b~0c", null, "1"), ("/resources/2", null, """{"type":"more"}""")],
            rows.Select(row => ((string)row!["pointer"]!, (string?)row["published"], (string?)row["file"])));
    }

    [Fact]
    public async Task What_a_file_says_commands_no_terminal_and_tells_no_token()
    {
        var file = Filled();
        file["variables"]!["\u001b[2Jx\u202E"] = $"\u001b]0;{Token}\u0007" + new string('x', 1_000);

        var typed = await VerifyAsync(file.ToJsonString());

        Assert.Equal(12, typed.Code);
        Assert.DoesNotContain(typed.Out, letter => (char.IsControl(letter) && letter != '\n') || !char.IsAscii(letter));
        Assert.DoesNotContain(Token, typed.Out, StringComparison.Ordinal);
        Assert.All(typed.Out.Split('\n'), line => Assert.True(line.Length < 300));
    }

    [Fact]
    public async Task Another_published_file_may_be_named()
    {
        var older = JsonNode.Parse(published)!.AsObject();
        older["contentVersion"] = "0.9.0.0";
        desk.Write("older.json", older.ToJsonString());

        Assert.Equal(12, (await VerifyAsync(older.ToJsonString())).Code);
        Assert.Equal(0, (await VerifyAsync(older.ToJsonString(), "--published", desk.PathOf("older.json"))).Code);
        Assert.Equal(2, (await VerifyAsync(published, "--published", desk.Write("none.json", "{"))).Code);
        Assert.Equal(2, (await VerifyAsync(published, "--published", desk.PathOf("absent.json"))).Code);
        Assert.Equal(2, (await desk.TypeAsync("template", "verify", desk.PathOf("absent.json"))).Code);
        Assert.Equal(2, (await desk.TypeAsync("template", "verify")).Code);
    }

    private Task<Typed> VerifyAsync(string text, params string[] words)
    {
        File.WriteAllBytes(desk.PathOf("eec.json"), Encoding.UTF8.GetBytes(text));
        return desk.TypeAsync(["template", "verify", desk.PathOf("eec.json"), .. words]);
    }

    private static JsonObject Filled()
    {
        var template = JsonNode.Parse(published)!.AsObject();
        foreach (var (name, value) in new[]
            { ("organizationId", "acme"), ("coreUrl", "https://core.example/"), ("coreId", "core-1"), ("coreCallKey", callKey.ToJson()), ("containerImage", Image), ("enrolmentToken", Token) })
        {
            Parameter(template, name)["defaultValue"] = value;
        }

        return template;
    }

    private static JsonObject Parameter(JsonObject template, string name) => template["parameters"]![name]!.AsObject();

    private static void Swap(JsonArray items)
    {
        var first = items[0]!;
        items.RemoveAt(0);
        items.Insert(1, first);
    }

    private static SigningJwk MakeKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SigningJwk.Of(key);
    }
}
