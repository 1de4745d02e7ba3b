using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace EncryptionService.Provisioning.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Journal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "EnvelopedAt",
                table: "Statements",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Note",
                table: "Events",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Revision",
                table: "Events",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Calls",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    OrganizationId = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    ConnectionId = table.Column<string>(type: "TEXT", nullable: false),
                    Method = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    ResourceId = table.Column<string>(type: "TEXT", nullable: true),
                    Name = table.Column<string>(type: "TEXT", nullable: true),
                    Change = table.Column<string>(type: "TEXT", nullable: true),
                    Status = table.Column<int>(type: "INTEGER", nullable: false),
                    ErrorType = table.Column<string>(type: "TEXT", nullable: true),
                    Detail = table.Column<string>(type: "TEXT", nullable: true),
                    Milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    Text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Calls", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Epochs",
                columns: table => new
                {
                    GroupId = table.Column<string>(type: "TEXT", nullable: false),
                    Epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Cause = table.Column<string>(type: "TEXT", nullable: false),
                    Members = table.Column<int>(type: "INTEGER", nullable: false),
                    Note = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Epochs", x => new { x.GroupId, x.Epoch });
                    table.ForeignKey(
                        name: "FK_Epochs_Lanes_GroupId",
                        column: x => x.GroupId,
                        principalTable: "Lanes",
                        principalColumn: "GroupId",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "Hours",
                columns: table => new
                {
                    OrganizationId = table.Column<string>(type: "TEXT", nullable: false),
                    Hour = table.Column<long>(type: "INTEGER", nullable: false),
                    Reads = table.Column<int>(type: "INTEGER", nullable: false),
                    Writes = table.Column<int>(type: "INTEGER", nullable: false),
                    Refused = table.Column<int>(type: "INTEGER", nullable: false),
                    Failed = table.Column<int>(type: "INTEGER", nullable: false),
                    WrongTokens = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Hours", x => new { x.OrganizationId, x.Hour });
                });

            migrationBuilder.CreateTable(
                name: "Listings",
                columns: table => new
                {
                    MemberId = table.Column<string>(type: "TEXT", nullable: false),
                    OrganizationId = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    NameKey = table.Column<string>(type: "TEXT", nullable: false),
                    Mail = table.Column<string>(type: "TEXT", nullable: true),
                    Text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Listings", x => x.MemberId);
                    table.ForeignKey(
                        name: "FK_Listings_Members_MemberId",
                        column: x => x.MemberId,
                        principalTable: "Members",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Members_OrganizationId_Active_AcceptedAt",
                table: "Members",
                columns: new[] { "OrganizationId", "Active", "AcceptedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_MemberKeys_OrganizationId",
                table: "MemberKeys",
                column: "OrganizationId");

            migrationBuilder.CreateIndex(
                name: "IX_Events_OrganizationId_OccurredAt_Id",
                table: "Events",
                columns: new[] { "OrganizationId", "OccurredAt", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Events_Parked",
                table: "Events",
                columns: new[] { "OrganizationId", "Id" },
                filter: "\"State\" = 2");

            migrationBuilder.CreateIndex(
                name: "IX_Events_Unsettled",
                table: "Events",
                columns: new[] { "OrganizationId", "State", "GroupId" },
                filter: "\"State\" IN (0, 2)");

            migrationBuilder.CreateIndex(
                name: "IX_Chains_OrganizationId_CheckAt",
                table: "Chains",
                columns: new[] { "OrganizationId", "CheckAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Audit_OrganizationId_Subject_Id",
                table: "Audit",
                columns: new[] { "OrganizationId", "Subject", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Calls_OrganizationId_At_Id",
                table: "Calls",
                columns: new[] { "OrganizationId", "At", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Calls_OrganizationId_ResourceId",
                table: "Calls",
                columns: new[] { "OrganizationId", "ResourceId" },
                filter: "\"ResourceId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Calls_Refused",
                table: "Calls",
                columns: new[] { "OrganizationId", "At", "Id" },
                filter: "\"Status\" >= 400");

            migrationBuilder.CreateIndex(
                name: "IX_Calls_Telling",
                table: "Calls",
                columns: new[] { "OrganizationId", "At", "Id" },
                filter: "\"Method\" <> 'GET' OR \"Status\" >= 400");

            migrationBuilder.CreateIndex(
                name: "IX_Listings_OrganizationId_NameKey_MemberId",
                table: "Listings",
                columns: new[] { "OrganizationId", "NameKey", "MemberId" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Calls");

            migrationBuilder.DropTable(
                name: "Epochs");

            migrationBuilder.DropTable(
                name: "Hours");

            migrationBuilder.DropTable(
                name: "Listings");

            migrationBuilder.DropIndex(
                name: "IX_Members_OrganizationId_Active_AcceptedAt",
                table: "Members");

            migrationBuilder.DropIndex(
                name: "IX_MemberKeys_OrganizationId",
                table: "MemberKeys");

            migrationBuilder.DropIndex(
                name: "IX_Events_OrganizationId_OccurredAt_Id",
                table: "Events");

            migrationBuilder.DropIndex(
                name: "IX_Events_Parked",
                table: "Events");

            migrationBuilder.DropIndex(
                name: "IX_Events_Unsettled",
                table: "Events");

            migrationBuilder.DropIndex(
                name: "IX_Chains_OrganizationId_CheckAt",
                table: "Chains");

            migrationBuilder.DropIndex(
                name: "IX_Audit_OrganizationId_Subject_Id",
                table: "Audit");

            migrationBuilder.DropColumn(
                name: "EnvelopedAt",
                table: "Statements");

            migrationBuilder.DropColumn(
                name: "Note",
                table: "Events");

            migrationBuilder.DropColumn(
                name: "Revision",
                table: "Events");
        }
    }
}
