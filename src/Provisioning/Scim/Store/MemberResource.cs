using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using System.Text.Json.Nodes;

namespace EncryptionService.Provisioning.Scim.Store;

/// <summary>From members' rows to SCIM users, and back. A user's best-known attributes have columns; the others are one JSON object.</summary>
internal static class MemberResource
{
    private static readonly ScimAttribute[] columns = [UserSchema.UserName, UserSchema.ExternalId, UserSchema.DisplayName, UserSchema.Active];

    /// <summary>What is kept of the user.</summary>
    public static UserBody BodyOf(MemberRow row)
    {
        var attributes = ScimJson.ReadStored(row.Profile);
        attributes[UserSchema.UserName.Name] = row.UserName;
        attributes[UserSchema.Active.Name] = row.Active;
        if (row.ExternalId is not null)
        {
            attributes[UserSchema.ExternalId.Name] = row.ExternalId;
        }

        if (row.DisplayName is not null)
        {
            attributes[UserSchema.DisplayName.Name] = row.DisplayName;
        }

        return UserBody.FromPatched(attributes);
    }

    /// <summary>The member that a body asks for.</summary>
    /// <param name="user">The body.</param>
    /// <param name="active">What holds where the body does not say.</param>
    public static MemberDraft DraftOf(UserBody user, bool active)
    {
        var profile = user.Attributes.DeepClone().AsObject();
        foreach (var column in columns)
        {
            profile.Remove(column.Name);
        }

        return new MemberDraft(user.UserName, user.ExternalId, user.DisplayName, user.Active ?? active, ScimJson.ToText(profile));
    }

    /// <summary>What a row becomes; the row as it is where nothing that we keep differs, in whatever order it was sent.</summary>
    public static MemberDraft DraftOf(UserBody user, MemberRow row)
    {
        var wanted = user.WithActive(user.Active ?? row.Active);
        return wanted.IsSame(BodyOf(row)) ? MemberDraft.Of(row) : DraftOf(wanted, row.Active);
    }

    /// <summary>What a row becomes when a whole user comes back: an address that was only derived for the answer is not thereby sent (docs/spec/scim.md, 43).</summary>
    public static MemberDraft ReplacementOf(UserBody user, MemberRow row)
    {
        var emails = UserSchema.Emails.Name;
        if (BodyOf(row).Attributes.ContainsKey(emails) || !JsonNode.DeepEquals(user.Attributes[emails], Write(row, "")[emails]))
        {
            return DraftOf(user, row);
        }

        var sent = user.Attributes.DeepClone().AsObject();
        sent.Remove(emails);
        return DraftOf(UserBody.FromPatched(sent), row);
    }

    /// <summary>Names of the attributes that differ, without their values; <c>active</c> is told otherwise.</summary>
    public static string Differences(MemberDraft before, MemberDraft after)
    {
        var (older, newer) = (ScimJson.ReadStored(before.Profile), ScimJson.ReadStored(after.Profile));
        List<string> names = [];
        Name(UserSchema.UserName, before.UserName == after.UserName);
        Name(UserSchema.ExternalId, before.ExternalId == after.ExternalId);
        Name(UserSchema.DisplayName, before.DisplayName == after.DisplayName);
        names.AddRange(older.Select(pair => pair.Key).Union(newer.Select(pair => pair.Key)).Where(name => !JsonNode.DeepEquals(older[name], newer[name])));
        return string.Join(", ", names);

        void Name(ScimAttribute attribute, bool isSame)
        {
            if (!isSame)
            {
                names.Add(attribute.Name);
            }
        }
    }

    /// <summary>The whole user, as it is answered.</summary>
    public static JsonObject Write(MemberRow row, string baseUrl) => ResourceWriter.Write(
        BodyOf(row), row.Active, new ResourceMeta(row.Id, row.CreatedAt, row.ModifiedAt, ResourceMeta.LocationOf(baseUrl, ResourceType.User, row.Id)));
}
