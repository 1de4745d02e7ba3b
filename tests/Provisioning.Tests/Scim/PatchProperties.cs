using System.Text.Json.Nodes;
using EncryptionService.Provisioning.Scim;
using FsCheck;
using FsCheck.Fluent;

namespace EncryptionService.Provisioning.Tests.Scim;

/// <summary>Laws of reading bodies and applying PATCHes, whatever comes.</summary>
public sealed class PatchProperties
{
    private static readonly string[] names =
    [
        "userName", "active", "displayName", "externalId", "id", "meta", "schemas", "name", "givenName", "name.givenName", "emails", "value", "type", "primary", "$ref",
        "emails[type eq \"work\"].value", "emails[type eq \"new\"].primary", "emails[primary eq true]", "emails[type co \"x\"].value", "emails.value", "addresses", "country",
        "addresses[type eq \"work\"].country", "phoneNumbers[type eq", "members", "members[value eq \"a\"]", "members[value eq \"a\" or value eq \"b\"]", "members.value",
        UserSchema.CoreUrn, UserSchema.EnterpriseUrn, UserSchema.EnterpriseUrn + ":manager", UserSchema.EnterpriseUrn + ":manager.value", UserSchema.EnterpriseUrn + ":department",
        "password", "roles", "no path", "", "[", "]", "op", "path", nameof(PatchRequest.Operations),
    ];

    private static Gen<JsonNode?> Scalars => Gen.OneOf(
        Gen.Elements<string>("", "x", "work", "True", "false", "a@x", "u-1", "new", "é😀").Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Elements(true, false).Select(flag => (JsonNode?)JsonValue.Create(flag)),
        Gen.Choose(-3, 3).Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Constant<JsonNode?>(null));

    private static Gen<JsonNode?> Nodes(int size) => size <= 0
        ? Scalars
        : Gen.Frequency(
            (3, Scalars),
            (1, Nodes(size - 1).ListOf().Select(items => (JsonNode?)new JsonArray([.. items.Take(4).Select(item => item?.DeepClone())]))),
            (2, Objects(size).Select(json => (JsonNode?)json)));

    private static Gen<JsonObject> Objects(int size) =>
        from keys in Gen.Elements<string>(names).ListOf()
        from values in Nodes(size - 1).ListOf(5)
        select Make(keys, values);

    private static Gen<JsonObject> Operations =>
        from op in Gen.Elements<string>("add", "Replace", "REMOVE", "remove", "move")
        from path in Gen.Frequency((4, Gen.Elements<string?>(names)), (1, Gen.Constant<string?>(null)))
        from value in Nodes(3)
        from hasValue in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        select Operation(op, path, value, hasValue);

    private static Gen<JsonObject> Patches => Gen.Frequency(
        (5, Operations.Select(operation => Body([operation]))),
        (5, Operations.NonEmptyListOf().Select(list => Body(list.Take(3)))),
        (1, Objects(3)));

    [Fact]
    public void Point_45_a_PATCH_of_any_shape_gives_a_sound_user_or_a_400_and_never_both()
    {
        var applied = 0;
        Prop.ForAll(Arb.From(Patches), body =>
        {
            var before = Bodies.User(Bodies.Person);
            var stored = before.ToStored();
            ScimError? error;
            if (PatchRequest.TryRead(Bodies.Read(body.ToJsonString()), out var patch, out error) && UserPatch.TryApply(before, patch, "u-1", out var patched, out error))
            {
                applied++;
                AssertSound(patched);
            }

            Assert.Equal(stored, before.ToStored());
            Assert.True(error is null || (error.Status == 400 && error.Type is not null));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

        Assert.True(applied > 40, $"only {applied} were applied");
    }

    [Fact]
    public void Point_26_a_PATCH_of_any_shape_gives_a_change_of_a_group_or_a_400()
    {
        var read = 0;
        Prop.ForAll(Arb.From(Patches), body =>
        {
            ScimError? error;
            if (PatchRequest.TryRead(Bodies.Read(body.ToJsonString()), out var patch, out error) && GroupPatch.TryRead(patch, "u-1", out var change, out error))
            {
                read++;
                Assert.NotEqual("", change.DisplayName);
                Assert.All(change.Members, members => Assert.Equal(members.Ids.Count, members.Ids.Where(id => id.Length > 0).Distinct().Count()));
            }

            Assert.True(error is null || (error.Status == 400 && error.Type is not null));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

        Assert.True(read > 40, $"only {read} were read");
    }

    [Fact]
    public void Point_16_a_body_of_any_shape_gives_a_sound_user_or_a_400()
    {
        var read = 0;
        Prop.ForAll(Arb.From(Objects(3)), body =>
        {
            body["userName"] ??= "ada";
            if (UserBody.TryRead(Bodies.Read(body.ToJsonString()), out var user, out var error))
            {
                read++;
                AssertSound(user);
            }

            Assert.True(error is null || (error.Status == 400 && error.Type is not null));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

        Assert.True(read > 40, $"only {read} were read");
    }

    /// <summary>What is kept reads back as itself, from storage and from an answer that is put back; nothing unknown and no null is in it.</summary>
    private static void AssertSound(UserBody user)
    {
        Assert.False(string.IsNullOrWhiteSpace(user.UserName));
        Assert.NotNull(user.MailAddress);
        Assert.True(UserBody.FromStored(user.ToStored()).IsSame(user));

        var answer = ResourceWriter.Write(user, user.Active ?? true, Bodies.Meta(ResourceType.User, "u-1"));
        Assert.DoesNotContain("null", answer.ToJsonString(), StringComparison.Ordinal);
        Assert.True(UserBody.TryRead(Bodies.Read(answer.ToJsonString()), out var again, out var error), error?.Detail);
        var answeredAgain = ResourceWriter.Write(again, again.Active!.Value, Bodies.Meta(ResourceType.User, "u-1"));
        if (user.Attributes["emails"] is not JsonArray { Count: 0 })
        {
            Bodies.Same(answer.ToJsonString(), answeredAgain);
        }
    }

    private static JsonObject Body(IEnumerable<JsonObject> operations)
        => new() { [nameof(PatchRequest.Operations)] = new JsonArray([.. operations.Select(operation => operation.DeepClone())]) };

    private static JsonObject Operation(string op, string? path, JsonNode? value, bool hasValue)
    {
        var json = new JsonObject { ["op"] = op };
        if (path is not null)
        {
            json["path"] = path;
        }

        if (hasValue)
        {
            json["value"] = value?.DeepClone();
        }

        return json;
    }

    private static JsonObject Make(IEnumerable<string> keys, IReadOnlyList<JsonNode?> values)
    {
        var json = new JsonObject();
        foreach (var (key, value) in keys.Zip(values))
        {
            json[key] = value?.DeepClone();
        }

        return json;
    }
}
